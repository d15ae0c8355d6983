"""The data over HTTP: a table in, how it is understood, loads, versions and the way back. Parse, delegate, return."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.params import Body, FromPath, PathParameter, QueryParameter
from litestar.response import File

from service.api.openapi import data_examples, model_examples, operations
from service.api.openapi.data_operations import FileOperation, TableOperation
from service.api.request_body import AnyRequest
from service.api.run_requests import LOCATION, IdempotencyKey, accepted, requested_by, require_same_site
from service.clients.data import CheckRequest, DataCheck, DataRollbackRequest, DataVersions, Table
from service.clients.prefect import CHECK_DEPLOYMENT, DATA_ROLLBACK_DEPLOYMENT, LOAD_DEPLOYMENT
from service.clients.runs import Run
from service.dependencies import Dependencies, Injected
from service.errors import BadInputError, CheckNotFoundError, FieldError, TableNotFoundError
from service.storage.uploads import StoredTable

_BAD_FILE = operations.bad_input("file", "String should match pattern '^[\\w-]{43}$'")
_RUN_RESPONSES = {
    202: operations.success("The run.", Run, model_examples.SCHEDULED_RUN),
    403: operations.CROSS_SITE,
    413: operations.TOO_LARGE,
    415: operations.ENCODED_BODY,
    503: operations.PIPELINE_UNAVAILABLE,
}


@post(
    "/data/files",
    status_code=201,
    guards=[require_same_site],
    operation_class=TableOperation,
    operation_id="upload_table",
    summary="Upload a table",
    description="Takes a CSV file, a workbook (`.xlsx`, `.ods`), Parquet, or one table inside `.gz` or `.zip`. "
    "Nothing is read yet: check or load the table by its `id`.",
    tags=["Data"],
    responses={
        201: operations.success("The table is stored.", Table, data_examples.TABLE),
        400: operations.bad_input("body", "is empty: send the file itself"),
        403: operations.CROSS_SITE,
        413: operations.TOO_LARGE,
        415: operations.ENCODED_BODY,
    },
)
async def upload(
    request: AnyRequest,
    dependencies: Injected,
    name: Annotated[str, QueryParameter(min_length=1, max_length=300, description="of the file, with its extension")],
) -> Table:
    """Store a table."""
    return _to_table(await _stored(request, dependencies, name))


@get(
    "/data/files/{table_id:str}",
    operation_class=FileOperation,
    operation_id="download_table",
    summary="An uploaded table",
    description="The file as it was sent. The worker fetches it from here.",
    tags=["Data"],
    responses={400: operations.bad_input("table_id", "String should match pattern"), 404: operations.NO_TABLE},
)
async def download(
    dependencies: Injected,
    table_id: Annotated[str, PathParameter(pattern=r"^[\w-]{43}$", description="`id` of a table")],
) -> File:
    """Hand out a table."""
    table = await _find_table(dependencies, table_id)
    return File(dependencies.uploads.path(table), filename=table.name, media_type="application/octet-stream")


@post(
    "/data/check",
    status_code=202,
    guards=[require_same_site],
    operation_class=operations.with_body(CheckRequest, data_examples.LOAD),
    operation_id="check_data",
    summary="See how a table is understood",
    description="Starts a run that does what a load does and publishes nothing. Follow it at its Location; then "
    "GET /data/checks/{run_id} says what it found.",
    tags=["Data"],
    response_headers=[LOCATION],
    responses=_RUN_RESPONSES | {400: _BAD_FILE, 404: operations.NO_TABLE},
)
async def check(
    request: Request[Any, Any, Any],
    dependencies: Injected,
    data: Annotated[CheckRequest, Body(description="which table, and how it is read")],
    key: IdempotencyKey = None,
) -> Response[Run]:
    """Start a check."""
    parameters, _ = await _parameters(dependencies, data)
    return accepted(
        await dependencies.prefect.start_run(CHECK_DEPLOYMENT, parameters, requested_by(request, data), key)
    )


@get(
    "/data/checks/{run_id:uuid}",
    operation_id="show_data_check",
    summary="How a table is understood",
    description="What a run of POST /data/check found: columns, days, what is set aside and why, the calendar that "
    "fits, warnings, or why the table is refused.",
    tags=["Data"],
    responses={
        200: operations.success("What it found.", DataCheck, data_examples.CHECK),
        400: operations.bad_input("run_id", "Invalid UUID"),
        404: operations.NO_CHECK,
        503: operations.PIPELINE_UNAVAILABLE,
    },
)
async def show_check(dependencies: Injected, run_id: FromPath[UUID]) -> DataCheck:
    """Show what a check found."""
    found = await dependencies.prefect.get_data_check(run_id)
    if found is None:
        raise CheckNotFoundError
    return found


@post(
    "/data/load",
    status_code=202,
    guards=[require_same_site],
    operation_class=operations.with_body(CheckRequest, data_examples.LOAD),
    operation_id="load_data",
    summary="Load a table as the data",
    description="Starts the run that reads the table, checks it and makes it the current version of the data; a "
    "training follows by itself. A table that is refused ends the run as FAILED and changes nothing.",
    tags=["Data"],
    response_headers=[LOCATION],
    responses=_RUN_RESPONSES | {400: _BAD_FILE, 404: operations.NO_TABLE},
)
async def load(
    request: Request[Any, Any, Any],
    dependencies: Injected,
    data: Annotated[CheckRequest, Body(description="which table, and how it is read")],
    key: IdempotencyKey = None,
) -> Response[Run]:
    """Start a load."""
    parameters, table = await _parameters(dependencies, data)
    run = await dependencies.prefect.start_run(LOAD_DEPLOYMENT, parameters, requested_by(request, data), key)
    if table:
        await asyncio.to_thread(dependencies.uploads.mark_loaded, table)
    return accepted(run)


@get(
    "/data/versions",
    operation_id="list_data_versions",
    summary="Versions of the data, newest first",
    description="Each with its source, days, rows and calendar rule, and which one is current.",
    tags=["Data"],
    responses={
        200: operations.success("The versions.", DataVersions, data_examples.VERSIONS),
        503: operations.PIPELINE_UNAVAILABLE,
    },
)
async def versions(dependencies: Injected) -> DataVersions:
    """List versions."""
    return await dependencies.prefect.list_data_versions()


@post(
    "/data/rollback",
    status_code=202,
    guards=[require_same_site],
    operation_class=operations.with_body(DataRollbackRequest, data_examples.ROLLBACK),
    operation_id="roll_back_data",
    summary="Make an earlier version of the data current",
    description="Starts the run that switches to the version; the next training learns from it. Follow the run at "
    "its Location; a version that is not there ends it as FAILED.",
    tags=["Data"],
    response_headers=[LOCATION],
    responses=_RUN_RESPONSES | {400: operations.bad_input("version", "String should match pattern")},
)
async def rollback(
    request: Request[Any, Any, Any],
    dependencies: Injected,
    data: Annotated[DataRollbackRequest, Body(description="which version")],
    key: IdempotencyKey = None,
) -> Response[Run]:
    """Start going back."""
    who = requested_by(request, data)
    return accepted(await dependencies.prefect.start_run(DATA_ROLLBACK_DEPLOYMENT, {"version": data.version}, who, key))


def router(upload_limit: int) -> Router:
    """The route that takes a table, with the largest one it takes, in bytes."""
    return Router("/", route_handlers=[upload], request_max_body_size=upload_limit)


async def _stored(request: AnyRequest, dependencies: Dependencies, name: str) -> StoredTable:
    part = await asyncio.to_thread(dependencies.uploads.begin)
    try:
        with part.open("wb") as file:
            async for chunk in request.stream():
                await asyncio.to_thread(file.write, chunk)
        if not part.stat().st_size:
            raise BadInputError([FieldError("body", "is empty: send the file itself")])
        return await asyncio.to_thread(dependencies.uploads.finish, part, name)
    finally:
        part.unlink(missing_ok=True)


async def _find_table(dependencies: Dependencies, table_id: str) -> StoredTable:
    table = await asyncio.to_thread(dependencies.uploads.find, table_id)
    if table is None:
        raise TableNotFoundError
    return table


async def _parameters(dependencies: Dependencies, asked: CheckRequest) -> tuple[dict[str, Any], StoredTable | None]:
    """Return the parameters of the flow, and the table that they name."""
    table = await _find_table(dependencies, asked.file) if asked.file else None
    source = {"source": table.source} if table else {}
    return {"options": asked.options, "force": asked.force, **source}, table


def _to_table(table: StoredTable) -> Table:
    return Table(id=table.id, name=table.name, bytes=table.bytes, expires_at=table.expires_at)
