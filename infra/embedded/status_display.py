"""The status in the terminal: one live line for each part, or plain lines if the output is no terminal."""

import time
from collections.abc import Sequence

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text


class StatusDisplay:
    """A line for each title, with its latest text and a mark when it has finished."""

    def __init__(self, console: Console, titles: Sequence[str]) -> None:
        self._console = console
        self._start_time = time.monotonic()
        self._texts = dict.fromkeys(titles, "waiting")
        self._marks: dict[str, Text | Spinner] = {title: Spinner("dots") for title in titles}
        self._live = Live(get_renderable=self._lines, console=console, refresh_per_second=8)

    def start(self) -> None:
        """Start to draw, if the output is a terminal."""
        if self._console.is_terminal:
            self._live.start()

    def stop(self) -> None:
        """Stop drawing; the lines stay as they are."""
        self._live.stop()

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._start_time

    def print_line(self, text: str) -> None:
        """Print a line."""
        self._console.print(Text(text), soft_wrap=True)

    def update(self, title: str, text: str) -> None:
        """Set the text of a line."""
        if self._texts.get(title) == text:
            return
        self._texts[title] = text
        if not self._console.is_terminal:
            self.print_line(f"{self.seconds:6.1f} s  {title}: {text}")

    def finish(self, title: str, text: str, *, success: bool = True) -> None:
        """Mark a line as finished."""
        self._marks[title] = Text("✓", "green") if success else Text("✗", "red")
        self.update(title, text)

    def print_addresses(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """Print a table of names, URLs and purposes."""
        table = Table(title="Steam Sales", title_justify="left", title_style="bold", show_header=False)
        for name, url, purpose in rows:
            table.add_row(name, Text(url, f"link {url}"), purpose)
        self._console.print(table)

    def _lines(self) -> Table:
        grid = Table.grid(padding=(0, 2))
        for title, text in self._texts.items():
            grid.add_row(self._marks[title], title, Text(text))
        return grid
