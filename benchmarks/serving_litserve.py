"""LitServe with batching, answering with the model in a folder: `python -m benchmarks.serving_litserve PORT FOLDER`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import litserve as ls  # type: ignore[import-untyped]  # it has no types

from benchmarks.serving_peers import FEATURES, by_scikit_learn, pipeline

_FOLDER = "BENCHMARK_FOLDER"


class Sales(ls.LitAPI):  # type: ignore[misc]  # it has no types
    """Takes what comes together within two milliseconds as one batch."""

    def setup(self, device: str) -> None:
        """Load the model, in the process that predicts."""
        del device
        self.model = pipeline(Path(os.environ[_FOLDER]))

    def decode_request(self, request: dict[str, int]) -> list[int]:
        """A row."""
        return [request[name] for name in FEATURES]

    def batch(self, inputs: list[list[int]]) -> list[list[int]]:
        """Rows as they are."""
        return inputs

    def predict(self, x: list[list[int]]) -> list[float]:
        """All of them at once."""
        return by_scikit_learn(x, self.model)

    def unbatch(self, output: list[float]) -> list[float]:
        """Predictions as they are."""
        return output

    def encode_response(self, output: float) -> dict[str, float]:
        """An answer."""
        return {"prediction": output}


if __name__ == "__main__":
    os.environ[_FOLDER] = sys.argv[2]
    api = Sales(max_batch_size=64, batch_timeout=0.002, api_path="/predict/")
    server = ls.LitServer(api, accelerator="cpu", workers_per_device=1)
    server.run(host="127.0.0.1", port=int(sys.argv[1]), generate_client_file=False, log_level="error")
