"""The one exception by which an action refuses: form and API turn it into a 422 with the message at its field."""


class RuleBroken(Exception):
    """A rule of the method or of the organization was broken. `message` is translated; `field` names the input, if one is."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
