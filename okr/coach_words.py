"""The word lists of the wording coach, with those of the current organization."""

from functools import lru_cache

from okr.coach import Words
from okr.models import CoachWord
from orgs.models import Organization


def words_of(org: Organization) -> Words:
    """Made once a version of the organization and process; `org` is the current one."""
    return _words_of(org.pk, org.version)


@lru_cache(maxsize=64)
def _words_of(_org_id: int, _version: int) -> Words:
    own = list(CoachWord.objects.values_list("kind", "language", "word"))
    return _extended(tuple(own))


@lru_cache(maxsize=64)
def _extended(own: tuple[tuple[str, str, str], ...]) -> Words:
    """Most versions of an organization have the same words: its inflections are not worked out anew for each."""
    return Words.load().extended(own) if own else Words.load()
