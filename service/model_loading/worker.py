"""Reads models and says what they predict; the only file that knows scikit-learn, and a process of its own.

`python -m service.model_loading.worker` reads requests from its input until the input ends and writes one line of JSON
for each. A request is a line of JSON, `columns`, `inputs` and `size`, followed by the `size` bytes of a model.skops.
The response holds `predictions`, in units and in the order of `inputs`, or `refused`, a sentence.
"""

import json
import os
import sys
from collections.abc import Mapping
from typing import IO, Any

# Ours, never the list in the model's own file: that one was written by whoever wrote the model.
TRUSTED_TYPES = ["sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor", "sklearn.tree._tree.Tree"]


def main() -> None:
    """Answer until there is nobody to answer. What a library prints must not stand among the answers."""
    with os.fdopen(os.dup(1), "w") as answers:
        os.dup2(2, 1)
        answer_all(sys.stdin.buffer, answers)


def answer_all(questions: IO[bytes], answers: IO[str]) -> None:
    """One line for each question."""
    for line in iter(questions.readline, b""):
        question = json.loads(line)
        answers.write(json.dumps(answer(question, questions.read(question["size"]))) + "\n")
        answers.flush()


def answer(question: Mapping[str, Any], model: bytes) -> dict[str, Any]:
    """What the model predicts, or why it is refused."""
    try:
        return {"predictions": predict_all(model, question)}
    except Exception as error:  # noqa: BLE001 - a damaged or planted file may raise anything while it is read
        return {"refused": f"model.skops cannot serve: {error!r}"}


def predict_all(model: bytes, question: Mapping[str, Any]) -> list[float]:
    """The pipeline's predictions."""
    import pandas as pd
    from skops.io import loads

    pipeline = loads(model, trusted=TRUSTED_TYPES)
    table = pd.DataFrame(question["inputs"], columns=question["columns"])
    return [float(units) for units in pipeline.predict(table)]


if __name__ == "__main__":
    main()
