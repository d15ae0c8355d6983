"""Sends an alert to people by `apprise`. Knows addresses and texts, not what the alert is about."""

from logging import Logger, LoggerAdapter
from typing import TYPE_CHECKING

from flows.errors import CurableError

if TYPE_CHECKING:
    from apprise import Apprise

Log = Logger | LoggerAdapter[Logger]


def parse_targets(urls: str) -> "list[Apprise]":
    """Return one sender for each of the addresses, which blanks separate.

    Raises:
        CurableError: an address is not one of apprise's; the message does not show it, since it may hold a secret.
    """
    from apprise import Apprise

    targets = []
    for number, url in enumerate(urls.split(), 1):
        target = Apprise()
        if not target.add(url):
            scheme = url.partition("://")[0][:20]
            raise CurableError(
                f"ALERT_URLS: address {number} ({scheme}://…) is not one that apprise knows: correct it or remove it."
            )
        targets.append(target)
    return targets


def send_alert(targets: "list[Apprise]", title: str, body: str, log: Log) -> int:
    """Send to each target by itself, log the ones that fail, and return how many took it."""
    reached = 0
    for number, target in enumerate(targets, 1):
        if target.notify(title=title, body=body):
            reached += 1
        else:
            log.warning("The alert did not reach address %d of ALERT_URLS (%s).", number, _scheme(target))
    return reached


def _scheme(target: "Apprise") -> str:
    return ", ".join(str(service.schema) for service in target)
