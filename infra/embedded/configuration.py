"""The text of supervisord's configuration. Touches no file.

Supervisor's format has comments inside values and no escapes, so no absolute path stands in it: files are named
relative to the home, in which supervisord runs, or through the environment (`ENV_…`).
"""

import configparser
import io
from collections.abc import Mapping, Sequence

from infra.embedded.programs import Part

PYTHON, CODE, SOCKET = "STEAM_SALES_PYTHON", "STEAM_SALES_CODE", "STEAM_SALES_SOCKET"
STOP_SECONDS = 10  # a server that has not stopped by then is killed


def _program(part: Part, autostart: bool) -> dict[str, str]:
    return {
        "command": f'"%(ENV_{PYTHON})s" {part.arguments}',
        "directory": f"%(ENV_{CODE})s",
        "environment": ",".join(f'{key}="{value}"' for key, value in part.environment.items()),
        "autostart": str(autostart).lower(),
        "autorestart": "true",
        "startsecs": "3",
        "startretries": "5",
        "stopasgroup": "true",
        "killasgroup": "true",
        "stopwaitsecs": f"{STOP_SECONDS}",
        "redirect_stderr": "true",
        "stdout_logfile": f"logs/{part.name}.log",
        "stdout_logfile_maxbytes": "5MB",
        "stdout_logfile_backups": "3",
    }


def _groups(parts: Sequence[Part]) -> dict[str, dict[str, str]]:
    """Supervisor stops whole groups, the one with the highest priority first."""
    servers = ",".join(part.name for part in parts if part.server)
    clients = ",".join(part.name for part in parts if not part.server)
    named = {"servers": servers, "clients": clients}
    return {
        f"group:{name}": {"programs": members, "priority": f"{10 * rank}"}
        for rank, (name, members) in enumerate(named.items(), 1)
        if members
    }


def supervisord(parts: Sequence[Part], *, all_at_once: bool, user: str | None = None) -> str:
    """The configuration under which supervisord runs `parts`, and starts those that it need not be told to start.

    `user` keeps it from warning about root.
    """
    sections: dict[str, Mapping[str, str]] = {
        "supervisord": {
            "nodaemon": "true",
            "silent": "true",
            "logfile": "logs/supervisord.log",
            "logfile_maxbytes": "1MB",
            "logfile_backups": "1",
            "pidfile": "run/supervisord.pid",
            **({"user": user} if user else {}),
        },
        "unix_http_server": {"file": f"%(ENV_{SOCKET})s", "chmod": "0700"},
        "rpcinterface:supervisor": {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        },
        **{f"program:{part.name}": _program(part, all_at_once or not part.after) for part in parts},
        **_groups(parts),
    }
    parser = configparser.RawConfigParser()
    parser.read_dict(sections)
    text = io.StringIO()
    parser.write(text)
    return text.getvalue()
