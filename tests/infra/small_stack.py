"""The real launcher on small real servers: `python -m tests.infra.small_stack [dying|stubborn]`."""

import sys
from collections.abc import Sequence

from infra.embedded.__main__ import main
from infra.embedded.parts import Part
from infra.embedded.settings import Settings

SERVER = "-m tests.infra.answering"
DYING = "-c \"raise SystemExit('no more coffee')\""


def small_parts(settings: Settings) -> Sequence[Part]:
    """An API that answers, and another part that has a child, dies at once or does not want to stop."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "parent"
    second = DYING if kind == "dying" else f"{SERVER} {settings.web_port} {kind}"
    return (
        Part("api", "API", f"{SERVER} {settings.api_port}", settings.api_url, is_server=True),
        Part("web", "Web page", second, settings.web_url, starts_after="api", environment={"TOLD": "a=b, c"}),
    )


if __name__ == "__main__":
    sys.exit(main(small_parts))
