"""What the person at the terminal sees: one live line a part, or plain lines where there is no terminal."""

import time
from collections.abc import Sequence

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text


class Board:
    """Lines by title, each with its newest text, and a mark once it is known how it came out."""

    def __init__(self, console: Console, titles: Sequence[str]) -> None:
        self._console = console
        self._began = time.monotonic()
        self._texts = dict.fromkeys(titles, "waiting")
        self._marks: dict[str, Text | Spinner] = {title: Spinner("dots") for title in titles}
        self._live = Live(get_renderable=self._lines, console=console, refresh_per_second=8)

    def open(self) -> None:
        """Draw, where there is a terminal."""
        if self._console.is_terminal:
            self._live.start()

    def close(self) -> None:
        """Leave the lines as they are."""
        self._live.stop()

    @property
    def seconds(self) -> float:
        """Since the stack began to start."""
        return time.monotonic() - self._began

    def note(self, text: str) -> None:
        """A line that stays."""
        self._console.print(Text(text), soft_wrap=True)

    def say(self, title: str, text: str) -> None:
        """What a part is doing."""
        if self._texts.get(title) == text:
            return
        self._texts[title] = text
        if not self._console.is_terminal:
            self.note(f"{self.seconds:6.1f} s  {title}: {text}")

    def done(self, title: str, text: str, *, well: bool = True) -> None:
        """How a part came out."""
        self._marks[title] = Text("✓", "green") if well else Text("✗", "red")
        self.say(title, text)

    def addresses(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """Where to go, and for what."""
        table = Table(title="Steam Sales", title_justify="left", title_style="bold", show_header=False)
        for name, url, purpose in rows:
            table.add_row(name, Text(url, f"link {url}"), purpose)
        self._console.print(table)

    def _lines(self) -> Table:
        grid = Table.grid(padding=(0, 2))
        for title, text in self._texts.items():
            grid.add_row(self._marks[title], title, Text(text))
        return grid
