"""The same model behind other servers, each as its documentation shows: `-m benchmarks.serving_peers NAME PORT FOLDER`.

None of them stores what it answers. All run on uvicorn; where one may choose, with uvloop and httptools.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel

FEATURES = ["DayOfWeek", "Season", "Holiday"]
PIPELINE, ONNX = "pipeline.skops", "pipeline.onnx"


class Question(BaseModel):
    """A kind of day."""

    DayOfWeek: int
    Season: int
    Holiday: int

    def row(self) -> list[int]:
        """As the model takes it."""
        return [self.DayOfWeek, self.Season, self.Holiday]


def pipeline(folder: Path) -> Any:
    """The model, as it was registered."""
    import skops.io

    return skops.io.load(folder / PIPELINE, trusted=["sklearn.tree._tree.Tree"])


def by_scikit_learn(rows: list[list[int]], model: Any) -> list[float]:
    """Predictions of a pipeline, in units."""
    import pandas as pd

    return [float(units) for units in model.predict(pd.DataFrame(rows, columns=FEATURES))]


def fastapi(folder: Path, kind: str) -> Any:
    """FastAPI, with scikit-learn in its pool of threads or ONNX Runtime on the loop."""
    from fastapi import FastAPI

    app = FastAPI()
    if kind == "onnx":
        session = onnx_session(folder)

        @app.post("/predict/")
        async def by_onnx(question: Question) -> dict[str, float]:
            return {"prediction": float(session.run(None, {"input": [question.row()]})[0][0, 0])}
    else:
        model = pipeline(folder)

        @app.post("/predict/")
        def by_sklearn(question: Question) -> dict[str, float]:
            return {"prediction": by_scikit_learn([question.row()], model)[0]}

    # FastAPI reads the types of a handler by their names in its module.
    return app


def onnx_session(folder: Path) -> Any:
    """The model in ONNX Runtime, with one thread: more only cost on one row."""
    import onnxruntime  # type: ignore[import-untyped]  # it has no types

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(folder / ONNX, options, providers=["CPUExecutionProvider"])


def litestar() -> Any:
    """Litestar, answering the same to all."""
    from litestar import Litestar, post

    @post("/predict/", status_code=200)
    async def constant() -> dict[str, float]:
        return {"prediction": 2874.1}

    return Litestar([constant], openapi_config=None, logging_config=None)


def main() -> None:
    """Serve one of them."""
    name, port, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    import uvicorn

    app = litestar() if name == "litestar" else fastapi(folder, name)
    uvicorn.run(app, port=port, loop="uvloop", http="httptools", access_log=False, log_level="warning")


if __name__ == "__main__":
    main()
