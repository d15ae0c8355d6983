"""The base of errors that a person can cure."""


class CurableError(ValueError):
    """An expected error. Its message says what is wrong and what to do, in one sentence."""
