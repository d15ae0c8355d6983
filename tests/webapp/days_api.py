"""The small API in memory, and the calls that *Predicciones* makes beside it: days, kinds of day, one prediction."""

from datetime import date, timedelta
from itertools import product
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.webapp.small_api import NOON, answer_to

CHRISTMAS = date(2026, 12, 25)


def said(**question: Any) -> dict[str, Any]:
    """What the model says of a kind of day."""
    return {"prediction": 2900.0, "lower": 2700.0, "upper": 3100.0, "seen_in_training": True, **question}


def _day(when: date) -> dict[str, Any]:
    name = "Navidad" if when == CHRISTMAS else None
    codes = {"DayOfWeek": when.isoweekday(), "Season": 3, "Holiday": int(name is not None)}
    return said(Date=f"{when}", holiday_name=name, **codes)


def telling(version: str = "3", answering: str = "3") -> Starlette:
    """An API whose champion is of one `version` while it answers by another."""
    stored: dict[str, dict[str, Any]] = {}

    async def predict(request: Request) -> Response:
        asked = await request.json()
        codes = asked
        if "Date" in asked:
            codes = {"DayOfWeek": date.fromisoformat(asked["Date"]).isoweekday(), "Season": 3, "Holiday": 1, **asked}
        answer = answer_to(codes) | {"model_version": answering}
        stored[answer["id"]] = answer
        return JSONResponse(answer)

    async def one(request: Request) -> Response:
        found = stored.get(request.path_params["id"])
        return JSONResponse(found) if found else JSONResponse({"type": "/problems/no-such-prediction"}, 404)

    async def model(_: Request) -> Response:
        means = {f"{day}": 2500.0 for day in range(1, 8)}
        return JSONResponse({"version": version, "trained_at": NOON.isoformat(), "weekday_means": means})

    async def days(request: Request) -> Response:
        start, count = date.fromisoformat(request.query_params["start"]), int(request.query_params["days"])
        ahead = [_day(start + timedelta(days=number)) for number in range(count)]
        return JSONResponse({"model_version": version, "level": 0.9, "days": ahead})

    async def inputs(_: Request) -> Response:
        kinds = product(range(1, 8), range(1, 5), range(2))
        every = [said(DayOfWeek=weekday, Season=season, Holiday=holiday) for weekday, season, holiday in kinds]
        return JSONResponse({"model_version": version, "level": 0.9, "inputs": every})

    return Starlette(
        routes=[
            Route("/predict/", predict, methods=["POST"]),
            Route("/registry/{id}", one),
            Route("/model", model),
            Route("/model/days", days),
            Route("/model/inputs", inputs),
        ]
    )
