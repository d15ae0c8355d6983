"""A typed client, generated from the OpenAPI document of a running API, asks that API."""

import re
import subprocess
import sys
from pathlib import Path

from tests.service.server_process import serving

# What the generator cannot write: a body that is a file beside one that is a list. The list is there.
LACKING = {"Unsupported content type text/csv"}
ASKING = """
import sys
from steam_sales import Client
from steam_sales.api.predictions import predict, predict_batch
from steam_sales.api.registry import list_predictions
from steam_sales.models import PredictCodesRequest, Prediction, PredictionPage, Problem

client = Client(base_url=sys.argv[1], raise_on_unexpected_status=True)
question = PredictCodesRequest(day_of_week=3, season=1, holiday=0)
made = predict.sync(client=client, body=question)
assert isinstance(made, Prediction) and made.interval.lower < made.prediction < made.interval.upper
page = list_predictions.sync(client=client, limit=1)
assert isinstance(page, PredictionPage) and page.items == [made] and page.next_cursor is None
refused = predict.sync(client=client, body=PredictCodesRequest(day_of_week=8, season=1, holiday=0))
assert isinstance(refused, Problem) and refused.status == 400 and refused.errors[0].field == "DayOfWeek"
batch = predict_batch.sync(client=client, body=[question, question])
assert [item.prediction for item in batch.items] == [made.prediction] * 2
"""


def run(folder: Path, *command: str) -> str:
    """What a Python command printed and warned; it must not fail."""
    done = subprocess.run([sys.executable, *command], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_generated_client_predicts_and_reads_the_registry(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"post_hooks": []}')
    options = ["--meta", "none", "--config", "config.json", "--output-path", "steam_sales"]
    with serving(tmp_path) as (url, _):
        document = f"{url}/schema/openapi.json"
        told = run(tmp_path, "-m", "openapi_python_client", "generate", "--url", document, *options)
        assert set(re.findall(r"^WARNING .*\s+(.+)$", told, re.MULTILINE)) == LACKING
        run(tmp_path, "-W", "error", "-c", ASKING, url)
