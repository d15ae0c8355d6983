"""Renders predictions as JSON or CSV, with the caller's own fields beside each; pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Raw
from msgspec.json import encode

from service.batches.csv_table import Cells
from service.prediction.batch import Batch
from service.prediction.export import HEADER, csv_line_end, csv_lines, format_utc, quote_cell
from service.prediction.ids import to_uuid_strings
from service.prediction.predict import Row, to_response_dict

_END = "\r\n"


def to_json(predictions: Batch | Sequence[Row], own: Sequence[Mapping[str, Raw]] | None = None) -> bytes:
    """Return `{"items": [...]}`: each item as POST /predict/ returns it, and in `sent` the caller's own fields."""
    items = _batch_items(predictions) if isinstance(predictions, Batch) else _row_items(predictions)
    if own:
        items = [
            f'{item[:-1]},"sent":{encode(fields).decode()}}}' if fields else item
            for item, fields in zip(items, own, strict=True)
        ]
    return f'{{"items":[{",".join(items)}]}}'.encode()


def _row_items(rows: Sequence[Row]) -> list[str]:
    return [encode(to_response_dict(row)).decode() for row in rows]


def _batch_items(batch: Batch) -> list[str]:
    parts = [_around_id(row, batch.created_at) for row in batch.rows]
    pairs = zip(to_uuid_strings(batch.ids), map(parts.__getitem__, batch.row_index), strict=True)
    return [f"{start}{prediction_id}{end}" for prediction_id, (start, end) in pairs]


def _around_id(row: Row, created_at: datetime) -> list[str]:
    return encode(to_response_dict(row | {"created_at": created_at})).decode().split(str(row["id"]))


def csv_header(own_names: Cells) -> str:
    """Return the header of `to_csv`. A caller's own name that is also one of ours gets `sent_` in front of it."""
    names = HEADER.removesuffix(_END).split(",")
    for name in own_names:
        while name in names:
            name = f"sent_{name}"  # noqa: PLW2901 - until it is free
        names.append(name)
    return ",".join(map(quote_cell, names)) + _END


def to_csv(predictions: Batch | Sequence[Row], own: Sequence[Cells] | None = None) -> str:
    """Return a line for each prediction, as in the export, followed by the caller's own cells."""
    if not isinstance(predictions, Batch):
        text = csv_lines(predictions)
    else:
        time, ends = format_utc(predictions.created_at), predictions.rows.map(csv_line_end)
        pairs = zip(to_uuid_strings(predictions.ids), predictions.row_index, strict=True)
        text = "".join([f"{prediction_id},{time},{ends[row]}" for prediction_id, row in pairs])
    if not own:
        return text
    lines = text.split(_END)[:-1]
    return "".join([f"{line},{_cells(cells)}{_END}" for line, cells in zip(lines, own, strict=True)])


def _cells(cells: Cells) -> str:
    return ",".join(map(quote_cell, cells))
