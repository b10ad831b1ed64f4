"""The language that the reader of the page in hand asked for."""

from django.utils.translation import get_language


def language() -> str:
    """One of Django's codes ("fr", "en-gb"), as okr.numbers takes them; English where translation is off."""
    return get_language() or "en"
