"""The word lists of the wording coach, with those of the current organization."""

from functools import lru_cache

from okr.coach import Words
from okr.models import CoachWord


def words_of_organization() -> Words:
    """One small query; the lists that come of it are made once for the same words."""
    own = tuple(CoachWord.objects.order_by("pk").values_list("kind", "language", "word"))
    return _extended(own) if own else Words.load()


@lru_cache(maxsize=64)
def _extended(own: tuple[tuple[str, str, str], ...]) -> Words:
    return Words.load().extended(own)
