"""A verdict, and its correction after the close."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from okr.models import KeyResult
from okr.rows import score_of
from orgs.rules import RuleBroken
from reviews.models import Verdict
from reviews.results import Line

SCORES = [f"{tenths / 10:.1f}" for tenths in range(11)]
KEPT = [("yes", gettext_lazy("Kept")), ("no", gettext_lazy("Not kept"))]
LETTERS = 400
REQUIRED = {"required": gettext_lazy("Choose the score.")}


class VerdictForm(forms.Form):
    """Of one key result: its score from 0.0 to 1.0, or whether it was kept within its band."""

    score = forms.ChoiceField(
        label=gettext_lazy("Score"),
        choices=lambda: [(score, score_of(Decimal(score))[0]) for score in SCORES],  # "0,8" to who reads French
        widget=forms.RadioSelect,
        error_messages=REQUIRED,
    )
    kept = forms.ChoiceField(
        label=gettext_lazy("Was it kept within its band?"),
        choices=KEPT,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say whether it was kept.")},
    )
    miss_reason = forms.CharField(
        label=gettext_lazy("It was committed: why was it missed?"), max_length=LETTERS, required=False
    )
    learning = forms.CharField(
        label=gettext_lazy("What did we learn?"),
        max_length=LETTERS,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Say in a sentence what you learned.")},
    )
    afterwards = forms.ChoiceField(
        label=gettext_lazy("And then"),
        choices=Verdict.Afterwards.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say what follows: carry over, change or stop.")},
    )

    def __init__(self, data: Any = None, *, line: Line) -> None:
        score = line.score if line.is_given else line.proposed
        super().__init__(
            data,
            initial={
                "score": None if score is None else f"{score:.1f}",
                "kept": {True: "yes", False: "no"}.get(line.kept) if line.kept is not None else None,
                "miss_reason": line.miss_reason,
                "learning": line.learning,
                "afterwards": line.afterwards,
            },
            prefix=None,
            auto_id=f"v{line.key_result.pk}-%s",
        )
        within = line.key_result.direction == KeyResult.Direction.WITHIN
        del self.fields["score" if within else "kept"]
        if line.key_result.ambition != KeyResult.Ambition.COMMITTED:
            del self.fields["miss_reason"]

    def values(self) -> dict[str, Any]:
        """As the action takes them."""
        said = dict(self.cleaned_data)
        said.pop("reason", None)
        if "score" in said:
            said["score"] = Decimal(said["score"])
        if "kept" in said:
            said["kept"] = said["kept"] == "yes"
        return said

    def refuse(self, broken: RuleBroken) -> None:
        self.add_error(broken.field if broken.field in self.fields else None, broken.message)


class CorrectionForm(VerdictForm):
    """Score and learning alone."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it corrected?"),
        max_length=LETTERS,
        help_text=gettext_lazy("Shown beside the score, with your name and the day."),
    )

    def __init__(self, data: Any = None, *, line: Line) -> None:
        super().__init__(data, line=line)
        del self.fields["afterwards"]


class CloseForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why are they closed without a verdict?"),
        max_length=LETTERS,
        error_messages={
            "required": gettext_lazy("Say why they are closed without a verdict, or have them judged first.")
        },
    )

    def __init__(self, data: Any = None, *, missing: int) -> None:
        super().__init__(data)
        if not missing:
            del self.fields["reason"]
