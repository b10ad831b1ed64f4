"""Missed check-ins, in words."""

from collections.abc import Sequence

from django.utils.translation import ngettext

from okr.asked import turns_of
from okr.discipline import Turn, missed_in_a_row
from okr.models import KeyResult
from okr.readings import Clock
from orgs.models import Cadence


def missed_text(key_result: KeyResult, found: Sequence[Turn], clock: Clock) -> str:
    """ "2 weeks missed", since the last check-in; "" where none is."""
    number = missed_in_a_row(found)
    if not number:
        return ""
    if getattr(clock.org, key_result.cadence_of) == Cadence.WEEKLY:
        return ngettext("%(n)d week missed", "%(n)d weeks missed", number) % {"n": number}
    return ngettext("%(n)d check-in missed", "%(n)d check-ins missed", number) % {"n": number}


def missed_texts(key_results: Sequence[KeyResult], clock: Clock) -> dict[int, str]:
    """By key result; two queries for all."""
    found = turns_of(key_results, clock)
    return {row.pk: missed_text(row, found[row.pk], clock) for row in key_results}
