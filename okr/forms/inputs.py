"""Fields of the forms that write objectives and key results: an owner, a line, a paragraph."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from okr.search.text import fold
from orgs.models import Membership, Seat, Tribe


def with_seats_in(people: QuerySet[Membership], tribe: Tribe | None) -> QuerySet[Membership]:
    """Each with `sits`: whether the person has a seat in the tribe."""
    return people.annotate(sits=Exists(Seat.objects.filter(tribe=tribe, membership=OuterRef("pk"))))


class OwnerChoices(forms.models.ModelChoiceIterator):
    """Asked for where the field is shown, and not where what was sent is checked."""

    field: "OwnerField"

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        yield "", self.field.empty_label
        yield from self.field.groups


class OwnerField(forms.ModelChoiceField):
    """An active member, or the present owner who has left. The people of the `tribe` are offered first, then all others,
    by their names. `near`, where given (with `sits`), are the only ones offered (no query); anybody active is accepted
    all the same."""

    iterator = OwnerChoices

    def __init__(
        self,
        *,
        tribe: Tribe | None = None,
        present: Membership | None = None,
        near: Iterable[Membership] | None = None,
        **kwargs: Any,
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
        self.tribe, self.near = tribe, near
        super().__init__(people.select_related("user"), **{**options, **kwargs})

    @property
    def groups(self) -> list[tuple[Any, Any]]:
        """As choices: of the tribe's people and of the others, or without a tribe of everybody."""
        assert self.queryset is not None
        people: Iterable[Any] = with_seats_in(self.queryset, self.tribe) if self.near is None else self.near
        tribe_first: dict[bool, list[tuple[int, str]]] = {True: [], False: []}
        for person in sorted(people, key=lambda person: fold(person.name)):
            is_near = self.tribe is not None and (person.sits or person.pk == self.tribe.lead_id)
            label = self.label_from_instance(person) if self.near is None else person.name
            tribe_first[is_near].append((person.pk, label))
        if self.tribe is None:
            return tribe_first[False]
        names = ((True, self.tribe.name), (False, _("Others")))
        return [(str(name), tribe_first[near]) for near, name in names if tribe_first[near]]

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
