"""How often somebody may ask, whichever process hears it."""

import subprocess
import sys
from pathlib import Path

import pytest

from service.security.rate_limit import RateLimiter

ASKING = """
import sys
from pathlib import Path
from service.security.rate_limit import RateLimiter
limiter = RateLimiter(1_024, lambda: 0.0, Path(sys.argv[1]))
print(sum(limiter.seconds_to_wait("a") == 0 for _ in range(2_000)))
"""
MOST = 16_384


def test_processes_on_one_file_are_one_limiter(tmp_path: Path) -> None:
    asking = [
        subprocess.Popen([sys.executable, "-c", ASKING, tmp_path / "limits"], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    admitted = [int(process.communicate()[0]) for process in asking]
    assert sum(admitted) == 1_024  # sixty by it is exact in binary


@pytest.mark.parametrize("shared", [False, True])
def test_a_flood_of_callers_takes_no_more_memory_and_stops_nobody(tmp_path: Path, *, shared: bool) -> None:
    limiter = RateLimiter(1, lambda: 0.0, tmp_path / "limits" if shared else None)
    assert [limiter.seconds_to_wait(f"caller {number}") for number in range(4 * MOST)] == [0] * 4 * MOST
    assert limiter.seconds_to_wait("one more") == 0
    assert limiter.seconds_to_wait("one more") == 60
    if shared:
        assert (tmp_path / "limits").stat().st_size == 16 * MOST


def test_a_caller_is_known_by_its_name_among_many() -> None:
    limiter = RateLimiter(2, lambda: 0.0)
    names = [f"caller {number}" for number in range(1_000)]
    assert [limiter.seconds_to_wait(name) for name in names * 2] == [0] * 2_000
    assert [limiter.seconds_to_wait(name) for name in names] == [30] * 1_000
