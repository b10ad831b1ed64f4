from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from orgs.actions.channels import CHOSEN, refusal
from orgs.channels import guard
from orgs.models import Channel


class ChannelForm(forms.Form):
    url = forms.CharField(
        label=gettext_lazy("Address of the incoming webhook"),
        max_length=1000,
        widget=forms.TextInput(
            attrs={
                "type": "url",
                "autocomplete": "off",
                "spellcheck": "false",
                "placeholder": "https://hooks.slack.com/…",
            }
        ),
    )
    sends_missed = forms.BooleanField(
        label=gettext_lazy("Each week, which check-ins are missing, by team"), required=False
    )
    sends_digest = forms.BooleanField(label=gettext_lazy("The weekly digest: what moved"), required=False)

    def __init__(self, data: Any = None, *, channel: Channel | None = None) -> None:
        super().__init__(data, initial={name: getattr(channel, name) if channel else True for name in CHOSEN})
        self.fields["url"].required = channel is None
        if channel is not None:
            self.fields["url"].label = gettext_lazy("Another address")

    def clean_url(self) -> str:
        """Also where its name leads now. A name that nobody answers for is left to the test message."""
        url = str(self.cleaned_data["url"])
        if url:
            try:
                guard.resolve(guard.target_of(url))
            except guard.Refused as refused:
                raise forms.ValidationError(refusal(refused.why)) from refused
            except OSError:
                pass
        return url
