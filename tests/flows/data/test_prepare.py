from pathlib import Path

import polars as pl
import pytest
from sklearn.model_selection import train_test_split

from flows.data import Options, prepare

REAL = Path(__file__).parents[4] / "shared/data/steam_selling_games.csv"


@pytest.mark.skipif(not REAL.exists(), reason="the real file is not beside this clone")
def test_random_split_of_the_real_file_is_scikit_learns(tmp_path: Path) -> None:
    report = prepare(REAL, tmp_path, Options(split="random"))
    train, test = train_test_split(pl.read_csv(REAL), test_size=0.3, random_state=42)
    assert pl.read_csv(tmp_path / "train.csv").equals(train)
    assert pl.read_csv(tmp_path / "test.csv").equals(test)
    assert (report.train_rows, report.test_rows) == (255, 110)
