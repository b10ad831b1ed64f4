"""Ids as forms send them: as many digits as a key of the database has at most."""

import re

ID = "[0-9]{1,18}"
MOST_ID = 10**18 - 1
_ID = re.compile(ID)


def id_of(text: str) -> int | None:
    """The id, or None where the text is none."""
    return int(text) if _ID.fullmatch(text) else None
