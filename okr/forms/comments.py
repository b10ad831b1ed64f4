"""The form of a comment: new, an answer, or one's own words edited."""

import datetime as dt
import uuid
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from okr.actions.comments import LONGEST
from orgs.rules import RuleBroken

INCOMPLETE = _("The form was incomplete. Reload the page.")
MOST_CHOSEN = 100  # of the names that were picked from the list while typing


class TextField(forms.CharField):
    """Plain text in several lines."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 2, "dir": "auto", "data-mentions": ""}), **options)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(str(value or "").replace("\r\n", "\n")))


class CommentForm(forms.Form):
    """`mentioned`: ids that were picked from the list of names, which tells namesakes apart. A new comment carries the
    `client_id` that makes a double submit one; an edited one the version (`seen`) that it started from."""

    text = TextField(label=_("Your comment"), max_length=LONGEST)
    mentioned = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
    client_id = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"required": INCOMPLETE, "invalid": INCOMPLETE}
    )
    seen = forms.CharField(widget=forms.HiddenInput, error_messages={"required": INCOMPLETE})

    def __init__(
        self, data: Any = None, *, key: str, text: str = "", seen: dt.datetime | None = None, chosen: str = ""
    ) -> None:
        """`key` sets the form apart from others on the page. With `seen` it edits `text`."""
        self.key = key
        initial = {"text": text, "client_id": uuid.uuid4(), "mentioned": chosen}
        super().__init__(data, auto_id=f"{key}-%s", initial=initial)
        if seen is None:
            del self.fields["seen"]
        else:
            del self.fields["client_id"]
            self.initial["seen"] = seen.isoformat()

    def clean_mentioned(self) -> list[int]:
        words = self.cleaned_data["mentioned"].split()[:MOST_CHOSEN]
        return [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 19]

    def clean_seen(self) -> dt.datetime:
        try:
            seen = parse_datetime(self.cleaned_data["seen"])
        except ValueError:
            seen = None
        if seen is None or seen.tzinfo is None:
            raise forms.ValidationError(INCOMPLETE)
        return seen

    def refuse(self, broken: RuleBroken) -> None:
        """Put the refusal of an action beside the text; with an id that is taken, the form gets another."""
        if broken.field == "client_id":
            self.data = {**cast(QueryDict, self.data).dict(), "client_id": str(uuid.uuid4())}
        self.add_error("text", broken.message)
