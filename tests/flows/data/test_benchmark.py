import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_benchmark_compares_equal_work() -> None:
    """It stops with an error where pandas and the data step write different bytes."""
    asked = [sys.executable, "-m", "benchmarks.etl", "--rows", "30000", "--rounds", "1"]
    run = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True)
    head, _, figures = run.stdout.splitlines()
    assert [cell.strip() for cell in figures.split("|")][1:3] == ["30,000", "1 MB"]
    assert head.count("|") == figures.count("|")
