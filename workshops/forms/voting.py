"""What people send as they vote and mark: how many dots shall be where."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from orgs.rules import RuleBroken

MOST_ITEMS = 200  # of one ballot at once
MOST_DOTS = 50


class VoteForm(forms.Form):
    """Of which round the dots are: those for one that was closed meanwhile do not go to the next."""

    vote = forms.IntegerField(min_value=1, max_value=2**31)


class SureForm(forms.Form):
    """Whether the facilitator insists though people are still at it."""

    sure = forms.BooleanField(required=False)


class AgainForm(forms.Form):
    """After which round another one is held."""

    after = forms.IntegerField(min_value=0, max_value=1000)


class CountForm(SureForm):
    counted = forms.BooleanField(required=False)


class RetainForm(forms.Form):
    retained = forms.BooleanField(required=False)


def choices_of(sent: QueryDict, key_of: Callable[[str], Any], most: int = MOST_DOTS) -> dict[Any, int]:
    """The fields `item` and `n`, which belong together in their order: what shall be on each item, 0 to `most`.

    `key_of` reads an item and raises ValueError where it is none. Raises RuleBroken.
    """
    items, numbers = sent.getlist("item"), sent.getlist("n")
    if not items or len(items) != len(numbers) or len(items) > MOST_ITEMS:
        raise RuleBroken(_("Say which, and how many."))
    try:
        wanted = {key_of(item): _number(text) for item, text in zip(items, numbers, strict=True)}
    except ValueError:
        raise RuleBroken(_("Say which, and how many.")) from None
    if any(number > most for number in wanted.values()):
        raise RuleBroken(_("Say which, and how many."))
    return wanted


def item_uid(text: str) -> uuid.UUID:
    return uuid.UUID(text)


def row_id(text: str) -> int:
    return _number(text, longest=15)


def _number(text: str, longest: int = 3) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= longest):
        raise ValueError(text)
    return int(text)
