"""The word lists of the wording coach, with those of the current organization."""

from functools import lru_cache

from okr.coach import Words
from okr.models import CoachWord

OwnWords = tuple[tuple[str, str, str], ...]  # (kind, language, word)


def words_of_organization() -> Words:
    """One small query; the lists that come of it are made once for the same words."""
    return words_with(own_words())


def own_words() -> OwnWords:
    """Those of the current organization."""
    return tuple(CoachWord.objects.order_by("pk").values_list("kind", "language", "word"))


def words_with(own: OwnWords) -> Words:
    return _extended(own) if own else Words.load()


@lru_cache(maxsize=64)
def _extended(own: OwnWords) -> Words:
    return Words.load().extended(own)
