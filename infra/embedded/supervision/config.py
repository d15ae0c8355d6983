"""The text of supervisord's configuration. Writes no file.

The format has no escapes, and `;` begins a comment, so the text has no absolute path: files are relative to the home,
where supervisord runs, or come from environment variables (`ENV_…`).
"""

import configparser
import io
from collections.abc import Mapping, Sequence

from infra.embedded.parts import Part

PYTHON, CODE, SOCKET = "STEAM_SALES_PYTHON", "STEAM_SALES_CODE", "STEAM_SALES_SOCKET"
STOP_SECONDS = 10  # a process that has not stopped by then is killed


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
    """Return the groups. Supervisor stops them one by one, beginning with the highest priority."""
    servers = ",".join(part.name for part in parts if part.is_server)
    clients = ",".join(part.name for part in parts if not part.is_server)
    groups = {"servers": servers, "clients": clients}
    return {
        f"group:{name}": {"programs": members, "priority": f"{10 * rank}"}
        for rank, (name, members) in enumerate(groups.items(), 1)
        if members
    }


def supervisord_config(parts: Sequence[Part], *, all_at_once: bool, user: str | None = None) -> str:
    """Return the configuration that runs `parts`.

    supervisord starts all of them if `all_at_once`, else only those that wait for no other part. `user` prevents its
    warning about root.
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
        **{f"program:{part.name}": _program(part, all_at_once or not part.starts_after) for part in parts},
        **_groups(parts),
    }
    parser = configparser.RawConfigParser()
    parser.read_dict(sections)
    text = io.StringIO()
    parser.write(text)
    return text.getvalue()
