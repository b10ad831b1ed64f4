"""The address of a check-in's correction, which knows where its reader came from."""

from urllib.parse import urlencode

from django.urls import reverse

from okr.models import CheckIn


def correct_url(check_in: CheckIn, org_slug: str, *, back_to: str) -> str:
    """Where `check_in` is corrected; saving or cancelling there leads to the path `back_to`."""
    return f"{reverse('check_in_correct', args=[org_slug, check_in.pk])}?{urlencode({'next': back_to})}"
