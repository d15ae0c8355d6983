"""supervisord that stops when the launcher dies: `python daemon.py LAUNCHER_PID OPTION…`, from any folder.

On Linux the kernel sends it SIGTERM, whatever the launcher died of. On other systems the next start ends the orphans.
"""

import ctypes
import os
import signal
import sys

from supervisor.supervisord import main

PR_SET_PDEATHSIG = 1


def exit_with_parent(parent: int) -> None:
    """Have the kernel send SIGTERM to this process when its parent dies. Exit at once if the parent is dead already."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit("The launcher has ended.")


if __name__ == "__main__":
    exit_with_parent(int(sys.argv[1]))
    main(sys.argv[2:])
