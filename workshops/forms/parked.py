"""What becomes of something that an earlier workshop parked."""

from typing import Any

from django import forms

from workshops.actions.parked import parked_before
from workshops.models import Decision, Subject, Workshop


class ParkedForm(forms.Form):
    """`do` with the decision that parked it; taking it up says under what."""

    TAKE, LEAVE, OFFER = "take", "leave", "offer"
    do = forms.ChoiceField(choices=[(TAKE, TAKE), (LEAVE, LEAVE), (OFFER, OFFER)])
    item = forms.ModelChoiceField(queryset=Decision.objects.none())
    subject = forms.ModelChoiceField(queryset=Subject.objects.none(), required=False)

    def __init__(self, data: Any, *, workshop: Workshop) -> None:
        super().__init__(data)
        item: Any = self.fields["item"]
        item.queryset = parked_before(workshop)
        subject: Any = self.fields["subject"]
        subject.queryset = Subject.objects.filter(workshop=workshop)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("do") == self.TAKE and not said.get("subject") and "subject" not in self.errors:
            self.add_error("subject", self.fields["subject"].error_messages["required"])
        return said
