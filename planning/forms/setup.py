"""The set-up of a planning: when the CoDir meets, what it keeps at most, who presents in which order, who has a vote."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okr.forms.inputs import OwnerField
from orgs.forms.days import DayField
from orgs.models import Membership, Organization, Tribe
from orgs.rules import RuleBroken
from planning.actions.kinds import MOST_TRIBES, MOST_VOTERS, OWN
from planning.actions.preparing import LISTS, MINUTES
from planning.forms.ids import id_of
from planning.models import Planning
from workshops.forms.fields import MomentField, RowsInput, whole

SLOT_COLUMNS = ("tribe", "minutes", "cap")
MOST_MINUTES, MOST_CAP = 240, 50
Rows = list[dict[str, Any]]


class SlotsField(forms.Field):
    """Rows of tribe, minutes and cap in their order. Cleans to rows as planning.actions.kinds holds slots.

    `wrong` says what does not hold: by place of the row, and column.
    """

    def __init__(self, tribes: dict[int, Tribe], **options: Any) -> None:
        self.tribes = tribes
        self.wrong: dict[int, dict[str, str]] = {}
        super().__init__(widget=RowsInput(SLOT_COLUMNS), **options)

    def to_python(self, value: Any) -> Rows:
        rows: dict[int, dict[str, Any]] = {}
        for at, sent in enumerate(value or []):
            text = str(sent["tribe"])
            if not text:
                continue
            tribe = self.tribes.get(id_of(text) or 0)
            if tribe is None:
                raise ValidationError(_("Choose one of the list."))
            row: dict[str, Any] = {"tribe": tribe.pk, "minutes": MINUTES, "cap": None}
            limits = {
                "minutes": (MOST_MINUTES, _("%(name)s presents for 1 to 240 minutes.")),
                "cap": (MOST_CAP, _("At most 1 to 50 key results of %(name)s, or nothing.")),
            }
            for column, (most, said) in limits.items():
                typed = str(sent[column] if sent[column] is not None else "").strip()
                if column == "cap" and not typed:
                    continue
                try:
                    row[column] = whole(typed, 1, most, said % {"name": tribe.name})
                except ValidationError as error:
                    self.wrong.setdefault(at, {})[column] = str(error.message)
            rows.setdefault(tribe.pk, row)
        if self.wrong:
            raise ValidationError([said for row in self.wrong.values() for said in row.values()])
        return list(rows.values())

    def validate(self, value: Any) -> None:
        if not value:
            raise ValidationError(_("Nobody presents yet. Add who does."))
        if len(value) > MOST_TRIBES:
            raise ValidationError(_("At most %(limit)s in the agenda.") % {"limit": MOST_TRIBES})


class VotersField(forms.Field):
    """Members by id; empty ones count for nothing. Those who have a vote already keep their order."""

    widget = forms.SelectMultiple

    def __init__(self, members: dict[int, Membership], stored: Sequence[int], **options: Any) -> None:
        self.members, self.stored = members, stored
        super().__init__(**options)

    def to_python(self, value: Any) -> list[int]:
        found = list(dict.fromkeys(id_of(text) or 0 for text in value or [] if text))
        if any(pk not in self.members for pk in found):
            raise ValidationError(_("Choose one of the list."))
        if len(found) > MOST_VOTERS:
            raise ValidationError(_("At most %(limit)s people with a vote.") % {"limit": MOST_VOTERS})
        return self.in_order(found)

    def in_order(self, found: list[int]) -> list[int]:
        return [pk for pk in self.stored if pk in found] + [pk for pk in found if pk not in self.stored]


class SetupForm(forms.Form):
    target = forms.IntegerField(
        label=gettext_lazy("Key results to keep"),
        min_value=1,
        max_value=400,
        help_text=gettext_lazy(
            "What the quarter can carry. The meeting may end beside it; it always says by how much."
        ),
    )
    refined_by = DayField(
        label=gettext_lazy("Refinement ends on"),
        required=False,
        help_text=gettext_lazy("The last day on which leads and the CPO rework what was kept."),
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("How it is decided"), choices=Planning.Mode.choices, widget=forms.RadioSelect
    )

    def __init__(
        self,
        *args: Any,
        org: Organization,
        tribes: dict[int, Tribe],
        members: dict[int, Membership],
        voters: Sequence[int] = (),
        chair: Membership | None = None,
        **kwargs: Any,
    ) -> None:
        """`tribes` may present and `members` may vote, by id; `voters` and `chair` are stored."""
        super().__init__(*args, **kwargs)
        self.fields["cap"] = forms.IntegerField(
            label=_("Of one %(tribe)s at most") % {"tribe": org.tribe_label},
            min_value=1,
            max_value=MOST_CAP,
            help_text=_("More can be kept: the board says so. Below, each can have a number of its own."),
        )
        self.fields["meets_at"] = MomentField(label=_("Meeting"), zone=org.zone, required=False)
        self.fields["preread_until"] = MomentField(
            label=_("Votes alone until"), zone=org.zone, required=False, help_text=_("Empty: until the meeting opens.")
        )
        self.fields["chair"] = OwnerField(label=_("Chair"), present=chair, near=[], empty_label=_("Nobody yet"))
        options = [(pk, member.name) for pk, member in members.items()]
        self.fields["chair"].widget.choices = [("", _("Nobody yet")), *options]
        self.fields["slots"] = SlotsField(tribes, label=_("Who presents, in which order"))
        self.fields["voters"] = VotersField(members, voters, label=_("Who has a vote"), required=False)

    def clean(self) -> dict[str, Any]:
        """The chair has a vote, whatever was ticked."""
        cleaned: dict[str, Any] = super().clean() or {}
        chair, voters = cleaned.get("chair"), cleaned.get("voters")
        if chair is not None and voters is not None and chair.pk not in voters:
            field = self.fields["voters"]
            assert isinstance(field, VotersField)
            cleaned["voters"] = field.in_order([*voters, chair.pk])
        return cleaned

    def values(self) -> dict[str, Any]:
        """For planning.actions.preparing."""
        return {name: self.cleaned_data[name] for name in (*OWN, *LISTS)}

    def refuse(self, broken: RuleBroken) -> None:
        """Put the refusal of an action beside its field, or on top of the form."""
        self.add_error(broken.field if broken.field in self.fields else None, broken.message)


def rearranged(rows: Rows, act: str, added: str) -> Rows:
    """The rows after a button: "slot-add" (`added` is the id of the tribe), or "slot-up", "slot-down", "slot-remove" with a
    place, counted from 0."""
    rows = list(rows)
    act, _sign, place = act.partition(":")
    at = int(place) if place.isascii() and place.isdigit() and len(place) < 4 else -1
    if act == "slot-add":
        return [*rows, {"tribe": added, "minutes": str(MINUTES), "cap": ""}] if added else rows
    if not 0 <= at < len(rows):
        return rows
    row = rows.pop(at)
    if act == "slot-up":
        rows.insert(max(0, at - 1), row)
    elif act == "slot-down":
        rows.insert(at + 1, row)
    elif act != "slot-remove":
        rows.insert(at, row)
    return rows
