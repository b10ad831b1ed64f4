"""Rows pasted from a spreadsheet, each a key result to be: shown before anything is created, and corrected where needed."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okr.coach import Level, Statement
from okr.coach_words import words_of_organization
from okr.forms.key_result import KeyResultForm
from okr.forms.sentence import figures_of
from okr.forms.units import unit_chosen
from okr.models import Objective
from okr.pasted import MOST_ROWS, Pasted, plain, read_pasted
from orgs.models import Membership
from orgs.rules import RuleBroken

LONGEST = 60_000
CALLED = "called"  # an owner whom nobody is called like


class PasteForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Rows"),
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "dir": "auto"}),
        help_text=gettext_lazy(
            "Copy rows of a spreadsheet: key result, start, target, unit, owner, source in any order, with or without a "
            "header. Or one key result a line."
        ),
        error_messages={"required": gettext_lazy("Paste at least one line.")},
    )


class PastedRow(KeyResultForm):
    """One row of the preview, which may be left out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skip"] = forms.BooleanField(label=_("Leave out"), required=False)
        self.hint = ""  # what the wording coach says of it; never in the way

    @property
    def is_left_out(self) -> bool:
        return bool(self.data.get(self.add_prefix("skip")))

    @property
    def stranger(self) -> str:
        """The owner that was pasted, where nobody is called so and nobody else is chosen yet."""
        return "" if self["owner"].value() else str(self.data.get(self.add_prefix(CALLED), ""))

    @property
    def cells(self) -> list[forms.BoundField]:
        return [self[name] for name in ("title", "start", "target", "unit", "owner", "metric", "source")]


class Preview:
    """All rows, from the text that was pasted or from what the preview sent."""

    def __init__(
        self, data: QueryDict, count: int, *, objective: Objective, today: dt.date, people: Sequence[Membership]
    ) -> None:
        self.rows = [
            PastedRow(data, objective=objective, today=today, near=people, prefix=f"r{number}", auto_id="id_%s")
            for number in range(min(count, MOST_ROWS))
        ]
        self.left_out = 0
        self.trouble = ""

    @property
    def kept(self) -> list[PastedRow]:
        return [row for row in self.rows if not row.is_left_out]

    def is_valid(self) -> bool:
        checked = [row.is_valid() for row in self.kept]  # all of them: each says what is wrong with it
        return all(checked)

    def values(self) -> list[dict[str, Any]]:
        return [row.values() for row in self.kept]

    def refuse(self, broken: RuleBroken) -> None:
        """The refusal of create_key_results, at its row and field."""
        number, _dot, field = (broken.field or "").partition(".")
        if number.isdigit() and int(number) < len(self.kept):
            self.kept[int(number)].refuse(RuleBroken(broken.message, field=field))
        else:
            self.trouble = broken.message


def preview_of(text: str, *, objective: Objective, today: dt.date, people: Sequence[Membership]) -> Preview:
    """What a pasted text would create; errors are said at once."""
    by_name: dict[str, Membership] = {}
    for person in people:
        for name in (person.user.email, person.name, person.title):
            if plain(name):
                by_name.setdefault(plain(name), person)
    pasted: Pasted = read_pasted(text, by_name)
    data, words = QueryDict(mutable=True), words_of_organization()
    for number, row in enumerate(pasted.rows):
        said = dict(row)
        called = said.pop("owner", "")
        owner = by_name.get(plain(called))
        said["unit"], said["unit_label"] = unit_chosen(said.pop("unit", ""))
        if not (row.get("start") or row.get("target") or said["unit"]):
            said |= figures_of(Statement(Level.KEY_RESULT, row.get("title", "")), words)
        if owner is not None:
            said["owner"] = str(owner.pk)
        elif called:
            said[CALLED] = called
        for name, value in said.items():
            data[f"r{number}-{name}"] = value
    preview = Preview(data, len(pasted.rows), objective=objective, today=today, people=people)
    preview.left_out = pasted.left_out
    for form in preview.rows:
        form.is_valid()
    return preview
