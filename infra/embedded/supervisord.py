"""supervisord that stops when the launcher dies: `python supervisord.py LAUNCHER_PID OPTION…`, from any folder.

On Linux the kernel tells it, whatever the launcher died of; elsewhere the next start clears what was left.
"""

import ctypes
import os
import signal
import sys

from supervisor.supervisord import main

PR_SET_PDEATHSIG = 1


def follow(parent: int) -> None:
    """Be sent SIGTERM when the parent dies; end at once if it is dead already."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit("The launcher is gone.")


if __name__ == "__main__":
    follow(int(sys.argv[1]))
    main(sys.argv[2:])
