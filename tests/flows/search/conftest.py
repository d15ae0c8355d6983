"""The real file, where it is."""

from pathlib import Path

import pandas as pd
import pytest
from sklearn.model_selection import train_test_split

REAL_FILE = Path(__file__).parents[4] / "shared" / "data" / "steam_selling_games.csv"


@pytest.fixture(scope="session")
def real() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Its train and test part, as the earlier system split it."""
    if not REAL_FILE.exists():
        pytest.skip("the real file is not at ../shared/data/steam_selling_games.csv")
    train, test = train_test_split(pd.read_csv(REAL_FILE), test_size=0.3, random_state=42)
    return train, test
