"""What is sent from the board of a meeting."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from okr.forms.inputs import LineField
from planning.actions.leading import NOTE_LETTERS
from planning.actions.wishes import MOST_AT_ONCE, REASON_LETTERS
from planning.forms.ids import ID, MOST_ID, id_of
from planning.models import Outcome

DECIDE_LETTERS = MOST_AT_ONCE * 40  # an outcome, and two ids of each key result


class IdsField(forms.Field):
    """Ids, each perhaps with the decision that was on the screen: “12:345 13:0”. Gives {12: 345, 13: 0}."""

    def to_python(self, value: Any) -> dict[int, int]:
        found: dict[int, int] = {}
        for word in str(value or "").split():
            text, _colon, said = word.partition(":")
            pk, seen = id_of(text), id_of(said or "0")
            if pk is None or seen is None:
                raise forms.ValidationError(_("Choose one of the list."))
            found[pk] = seen
        if len(found) > MOST_AT_ONCE:
            raise forms.ValidationError(_("At most %(n)s at once.") % {"n": MOST_AT_ONCE})
        return found


class WishForm(forms.Form):
    """A decision about some key results. Without JavaScript `decide` says both: “keep 12:345”."""

    act = forms.UUIDField()
    decide = forms.CharField(max_length=DECIDE_LETTERS, required=False)
    outcome = forms.ChoiceField(choices=Outcome.choices, required=False)
    ids = IdsField(required=False)
    reason = LineField(label=_("reason"), max_length=REASON_LETTERS, required=False)
    into = forms.IntegerField(min_value=1, max_value=MOST_ID, required=False)
    sure = forms.BooleanField(required=False)
    over = IdsField(required=False)  # decisions of others that the person has been told of, and overrules

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        short = str(cleaned.get("decide") or "")
        if short:
            outcome, _space, ids = short.partition(" ")
            if outcome not in Outcome.values:
                raise forms.ValidationError(_("Choose one of the list."))
            cleaned["outcome"], cleaned["ids"] = outcome, IdsField().clean(ids)
        elif not cleaned.get("outcome") and not self.errors:
            raise forms.ValidationError(_("Choose one of the list."))
        told, wanted = cleaned.get("over"), cleaned.get("ids")
        if told and wanted:
            cleaned["ids"] = {pk: told.get(pk, seen) for pk, seen in wanted.items()}
        return cleaned


class ActForm(forms.Form):
    """An act to undo or to do again. `sure`: also where it leaves a strategic key result without any."""

    act = forms.UUIDField()
    sure = forms.BooleanField(required=False)


class PairForm(forms.Form):
    """Two key results: “12 13”."""

    pair = forms.RegexField(rf"^{ID} {ID}$")

    def clean_pair(self) -> tuple[int, int]:
        first, second = self.cleaned_data["pair"].split()
        return int(first), int(second)


class NoteForm(forms.Form):
    text = forms.CharField(label=_("note"), max_length=NOTE_LETTERS, required=False)
    seen = forms.IntegerField(min_value=0, required=False)


class TurnForm(forms.Form):
    """Which slot presents; none of them for an empty one."""

    slot = forms.IntegerField(min_value=1, max_value=MOST_ID, required=False)


class ClockForm(forms.Form):
    PAUSE, GO_ON, MORE = "pause", "go_on", "more"
    do = forms.ChoiceField(choices=[(one, one) for one in (PAUSE, GO_ON, MORE)])


class CloseForm(forms.Form):
    defer = LineField(label=_("reason"), max_length=REASON_LETTERS, required=False)


class PresentForm(forms.Form):
    """A voter is here, or has left: “12 on”, “12 off”."""

    present = forms.RegexField(rf"^{ID} (on|off)$")
    sure = forms.BooleanField(required=False)

    def clean_present(self) -> tuple[int, bool]:
        voter, here = self.cleaned_data["present"].split()
        return int(voter), here == "on"


class ReopenForm(forms.Form):
    reason = LineField(label=_("reason"), max_length=REASON_LETTERS)
