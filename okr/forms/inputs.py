"""Fields of the forms that write objectives and key results: an owner, a line, a paragraph."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgs.models import Membership


class OwnerField(forms.ModelChoiceField):
    """An active member, or the present owner who has left. `near`, where given, are the only ones offered (no query);
    anybody active is accepted all the same."""

    def __init__(
        self, *, present: Membership | None = None, near: Iterable[Membership] | None = None, **kwargs: Any
    ) -> None:
        people = Membership.objects.filter(
            Q(ended_at=None, user__is_active=True) | Q(pk=present.pk if present else None)
        )
        options: dict[str, Any] = {
            "label": _("Owner"),
            "required": False,
            "empty_label": _("Nobody yet"),
            "error_messages": {"invalid_choice": _("This person is no longer a member. Choose somebody else.")},
        }
        super().__init__(people.select_related("user").order_by("user__name", "pk"), **{**options, **kwargs})
        if near is not None:
            offered = {person.pk: person for person in [*near, *([present] if present else [])]}
            self.widget.choices = [("", self.empty_label), *((pk, person.name) for pk, person in offered.items())]

    def label_from_instance(self, person: Membership) -> str:
        return f"{person.name} · {person.title}" if person.title else person.name


class LineField(forms.CharField):
    """One line of text. What is too long is said, not cut while it is pasted; line breaks become spaces."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"autocomplete": "off", "dir": "auto"}

    def to_python(self, value: Any) -> str:
        return " ".join(str(super().to_python(value)).split())


class ParagraphField(forms.CharField):
    """Several lines of text; what is too long is said, not cut."""

    widget = forms.Textarea

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"dir": "auto", "rows": 3}
