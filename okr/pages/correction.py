"""The addresses where check-ins are corrected or taken back, which know where their reader came from."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse

from okr.models import CheckIn


def correct_url(check_in: CheckIn, org_slug: str, *, back_to: str) -> str:
    """Where `check_in` is corrected; saving or cancelling there leads to the path `back_to`."""
    return f"{reverse('check_in_correct', args=[org_slug, check_in.pk])}?{urlencode({'next': back_to})}"


def take_back_url(made: Sequence[CheckIn], org_slug: str, *, back_to: str) -> str:
    """Where these check-ins, one or more, are taken back together; leads to the path `back_to`."""
    query = urlencode([*(("made", row.pk) for row in made), ("next", back_to)])
    return f"{reverse('check_in_take_back', args=[org_slug, made[0].key_result_id])}?{query}"
