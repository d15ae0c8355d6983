"""Answers made ahead: all that two predictions of one question by one model have in common; knows no ASGI."""

from datetime import UTC, datetime
from typing import NamedTuple

from litestar.serialization import encode_json

from service.prediction.champion import Predictor
from service.prediction.ids import new_hex
from service.prediction.predict import Row, answer, predict
from service.prediction.record import Fresh
from service.prediction.requests import read_question

_MOST = 2_048
_SAMPLE = datetime(2000, 1, 1, 0, 0, 0, 123456, tzinfo=UTC)


class Template(NamedTuple):
    """An answer in which only the id and the moment are left open."""

    kind: Row
    pieces: tuple[str, str, str]
    """Its JSON before, between and after the moment and the id."""

    def filled(self, microseconds: int, moment: str) -> tuple[Fresh, bytes]:
        """A prediction made at a moment (see `Clock`), and the JSON that answers it."""
        name = new_hex(microseconds)
        before, between, after = self.pieces
        identity = f"{name[:8]}-{name[8:12]}-{name[12:16]}-{name[16:20]}-{name[20:]}"
        return Fresh(name, moment, self.kind), f"{before}{moment}{between}{identity}{after}".encode()


def template(body: bytes, predictor: Predictor) -> Template:
    """What the ordinary route would answer to a question.

    Raises:
        BadInputError: see `read_question`.
    """
    row = predict(read_question(body), predictor, _SAMPLE)
    sample = answer(row).model_dump(mode="json")
    before, _, rest = encode_json(sample).decode().partition(sample["created_at"])
    between, _, after = rest.partition(sample["id"])
    return Template(row, (before, between, after))


class Templates:
    """The templates of one champion after the other, by the very bytes of the question."""

    def __init__(self) -> None:
        self._predictor: Predictor | None = None
        self._known: dict[bytes, Template] = {}

    def find(self, body: bytes, predictor: Predictor) -> Template:
        """The template of a question; raises BadInputError."""
        if predictor is not self._predictor or len(self._known) >= _MOST:
            self._predictor, self._known = predictor, {}
        known = self._known.get(body)
        if known is None:
            known = self._known[body] = template(body, predictor)
        return known
