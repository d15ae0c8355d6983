"""How long the texts may be that people write into the record of a decision, at every door alike."""

MAX_REASON_CHARS = 500
MAX_REQUESTER_CHARS = 100
MAX_VERSION_CHARS = 100
