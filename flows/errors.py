"""Faults that a person can cure. Knows nothing of where they arise."""


class CurableError(ValueError):
    """An expected fault: its message is one sentence that says what is wrong and what to do."""
