"""What a tribe's objective means to move: strategic key results, each with a line that says why."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from okr.forms.inputs import LineField
from okr.models import Contribution

REASON = Contribution._meta.get_field("reason").max_length
MOST = 50


class ContributionsForm(forms.Form):
    """`moves` names key results, `why-<id>` their reasons. `kept` are contributions that the picker does not show (their
    key result is archived, or of another year): they stay."""

    def __init__(self, data: QueryDict, *, offered: Iterable[int], kept: list[dict[str, Any]]) -> None:
        super().__init__(data)
        self.kept = kept
        self.offered = set(offered)
        sent = [text for text in data.getlist("moves") if text.isascii() and text.isdigit() and len(text) < 19]
        self.moves = list(dict.fromkeys(int(text) for text in sent))
        for pk in self.moves:
            self.fields[f"why-{pk}"] = LineField(label=_("Why"), max_length=REASON, required=False)

    @property
    def chosen(self) -> dict[int, str]:
        """By id what was typed as the reason."""
        return {pk: str(self.data.get(f"why-{pk}", "")) for pk in self.moves}

    def clean(self) -> dict[str, Any]:
        if not set(self.moves) <= self.offered:
            raise forms.ValidationError(_("One of these key results can no longer be chosen. Reload the page."))
        if len(self.moves) > MOST:
            raise forms.ValidationError(_("An objective that moves everything moves nothing: choose a few."))
        return super().clean() or {}

    def values(self) -> list[dict[str, Any]]:
        """For okr.actions.objectives, once the form is valid."""
        said = [{"key_result": pk, "reason": self.cleaned_data[f"why-{pk}"]} for pk in self.moves]
        return [*said, *self.kept]
