"""What can go wrong, in the words of the service; knows nothing of HTTP (see `problems`)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FieldError:
    """One thing that is wrong with a request."""

    field: str
    """Its name, or `body` for the whole."""
    message: str
    row: int | None = None
    """Which row of a batch, from 1."""
    code: str | None = None
    """The reason in a word that stays the same however the message is worded, where programs may want it."""

    def __str__(self) -> str:
        """In a line."""
        where = self.field if self.row is None else f"row {self.row}, {self.field}"
        return f"{where}: {self.message}"


class BadInputError(Exception):
    """A request that does not say what it must; every fault is listed."""

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__("; ".join(map(str, errors)))
        self.errors = errors


class NoModelError(Exception):
    """There is no champion yet."""

    def __init__(self) -> None:
        super().__init__(
            "There is no model yet. Wait for the first training to finish, or start one with `make retrain`."
        )


class DatesOnlyError(Exception):
    """The champion was trained on dates: a kind of day alone has no answer."""

    def __init__(self, version: str) -> None:
        super().__init__(
            f"Version {version} was trained on dates, so that it answers no kind of day alone: ask GET /model/days."
        )


class PredictionNotFoundError(Exception):
    """The registry holds no prediction of this id."""


class KeyMissingError(Exception):
    """No API key was sent, or one that is not known."""

    def __init__(self) -> None:
        super().__init__("Send a key of this API as `Authorization: Bearer KEY`; who runs it makes one for you.")


class ForbiddenError(Exception):
    """An API key that does not open this."""

    def __init__(self, name: str, scope: str) -> None:
        super().__init__(f"The key {name} lacks the scope {scope}: ask who runs the API for one that has it.")


class TooManyRequestsError(Exception):
    """Somebody asks more often than is allowed."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"You asked too often: ask again in {seconds} s, or send many questions as one batch.")
        self.seconds = seconds


class BodyTooLargeError(Exception):
    """A body with more bytes than the route takes."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"The body has more than {max_bytes} bytes, which is the limit here: send less at once.")


class EncodedBodyError(Exception):
    """A body that is compressed, which nothing here decompresses."""

    def __init__(self, coding: str) -> None:
        super().__init__(f"Content-Encoding: the body is packed as {coding[:50]}: send it as it is")


class TooSlowError(Exception):
    """A request on which nothing moved for too long."""

    def __init__(self, *, of_client: bool) -> None:
        super().__init__(
            "The rest of the request did not come in time: send it again."
            if of_client
            else "The service did not get to an answer in time: ask again, and if it lasts, look at its log."
        )
        self.of_client = of_client


class NotHttpError(Exception):
    """What came cannot be read as a request."""

    def __init__(self) -> None:
        super().__init__("This is no request in HTTP/1.1: see how your client writes its first line and its headers.")


class HeadersTooLongError(Exception):
    """The first line and the headers of a request go on and on."""

    def __init__(self, most: int) -> None:
        super().__init__(f"Address and headers have more than {most} bytes: send fewer or shorter ones.")


class ModelRefusedError(Exception):
    """A model that failed a check; the one in service goes on."""


class RegistryUnavailableError(Exception):
    """MLflow did not answer."""


class ModelUnreadError(Exception):
    """There is no process that reads models, or it came to its end before it had an answer."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"the process that reads models {what}: it is tried again in a minute; "
            "see whether the machine or the container has memory left."
        )


class HistoryUnavailableError(Exception):
    """The history could not be written or read; nothing was acknowledged."""


class AlreadyStoredError(HistoryUnavailableError):
    """What was to be stored is there already."""


class KeyReusedError(Exception):
    """An idempotency key that belongs to another question."""

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key was sent with another question before: send a new key with a new question."
        )


class EvaluationNotFoundError(Exception):
    """Nothing usable was kept of what a version did on its test set."""

    def __init__(self, version: str) -> None:
        super().__init__(f"Of version {version} no evaluation was kept, or it cannot be read: train again.")


class RunNotFoundError(Exception):
    """The pipeline knows no run of this id."""

    def __init__(self) -> None:
        super().__init__("Prefect knows no run of this id: runs are kept for a limited time.")


class TableNotFoundError(Exception):
    """No uploaded table has this id, or not any more."""

    def __init__(self) -> None:
        super().__init__("No table of this id is stored: tables that are not loaded go after a day. Upload it again.")


class CheckNotFoundError(Exception):
    """A run has not said yet how a table is understood, or never will."""

    def __init__(self) -> None:
        super().__init__("This run has found nothing yet: follow it at GET /runs/{run_id} until it has finished.")


class PipelineUnavailableError(Exception):
    """Prefect did not answer, or has nothing to run; the message carries the cure."""


class CrossSiteError(Exception):
    """A page of another site asks, in the browser of somebody who may not know of it."""

    def __init__(self) -> None:
        super().__init__("A page of another site may not ask for this without a key: ask from Swagger, or send a key.")
