"""The worker process that reads models and tabulates their predictions; the only module that uses scikit-learn.

`python -m service.model_loading.worker` reads requests from stdin until it ends, and writes one line of JSON for each.
A request is a line of JSON, `columns`, `inputs` and `size`, followed by the `size` bytes of a model.skops. The response
holds `predictions`, in units and in the order of `inputs`, or `refused`, a sentence.
"""

import json
import os
import sys
from collections.abc import Mapping
from typing import IO, Any

from domain.servable import TRUSTED_TYPES


def main() -> None:
    """Serve stdin. What a library prints goes to stderr, never among the responses."""
    with os.fdopen(os.dup(1), "w") as responses:
        os.dup2(2, 1)
        serve(sys.stdin.buffer, responses)


def serve(requests: IO[bytes], responses: IO[str]) -> None:
    """Write one line for each request."""
    for line in iter(requests.readline, b""):
        request = json.loads(line)
        responses.write(json.dumps(respond(request, requests.read(request["size"]))) + "\n")
        responses.flush()


def respond(request: Mapping[str, Any], model: bytes) -> dict[str, Any]:
    """Return the model's predictions, or why it is refused."""
    try:
        return {"predictions": predict_all(model, request)}
    except Exception as error:  # noqa: BLE001 - a damaged or planted file may raise anything while it is read
        return {"refused": f"model.skops cannot serve: {error!r}"}


def predict_all(model: bytes, request: Mapping[str, Any]) -> list[float]:
    """Predict the inputs of a request with the pipeline in a model.skops."""
    import pandas as pd
    from skops.io import loads

    pipeline = loads(model, trusted=TRUSTED_TYPES)
    table = pd.DataFrame(request["inputs"], columns=request["columns"])
    return [float(units) for units in pipeline.predict(table)]


if __name__ == "__main__":
    main()
