"""The forms of the first steps: departments, tribes as pasted lines and as rows, the year with its open quarter."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okr.forms.periods import QUARTERS, NewYearForm
from orgs.models import Department, Tribe
from orgs.tribe_lines import CODE, LINES_AT_MOST

NAME_AT_MOST = 80


class DepartmentsForm(forms.Form):
    names = forms.CharField(
        label=gettext_lazy("Departments"),
        help_text=gettext_lazy("One a line, such as E-commerce. Each comes with its leadership committee."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        max_length=2000,
    )

    def clean_names(self) -> list[str]:
        names = list(dict.fromkeys(" ".join(line.split()) for line in self.cleaned_data["names"].splitlines()))
        names = [name for name in names if name]
        if not names:
            raise ValidationError(_("Name at least one."))
        if len(names) > 20:
            raise ValidationError(_("At most 20 at a time."))
        for name in names:
            if len(name) > NAME_AT_MOST:
                raise ValidationError(
                    _("“%(name)s…” is too long: at most %(most)s characters.")
                    % {"name": name[:30], "most": NAME_AT_MOST}
                )
        stored = {name.casefold() for name in Department.objects.values_list("name", flat=True)}
        for name in names:
            if name.casefold() in stored:
                raise ValidationError(_("%(name)s exists already.") % {"name": name})
        return names


class TribeTextForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Paste from your spreadsheet, or type"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "dir": "auto"}),
    )


class TribeRowsForm(forms.Form):
    """Rows of `code-1`, `name-1`, `code-2`…, and the department where there is a choice."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, rows: int, departments: Iterable[Department]) -> None:
        super().__init__(data)
        self.rows = rows
        self.departments = list(departments)
        for number in self.numbers:
            self.fields[f"code-{number}"] = forms.CharField(label=_("Code"))
            self.fields[f"name-{number}"] = forms.CharField(label=_("Name"), max_length=NAME_AT_MOST)
        if len(self.departments) > 1:
            choices = [(str(row.pk), row.name) for row in self.departments]
            self.fields["department"] = forms.ChoiceField(label=_("Department"), choices=choices)

    @property
    def numbers(self) -> range:
        return range(1, self.rows + 1)

    @property
    def department(self) -> Department | None:
        """The chosen one; the only one where there is no choice."""
        chosen = self.cleaned_data.get("department", "") if self.is_bound else ""
        found = next((row for row in self.departments if str(row.pk) == chosen), None)
        return found or (self.departments[0] if len(self.departments) == 1 else None)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        taken = dict(Tribe.objects.values_list("code", "name"))
        lines: dict[str, int] = {}
        for number in self.numbers:
            code = str(data.get(f"code-{number}", "")).upper()
            if not code:
                continue
            data[f"code-{number}"] = code
            if not CODE.fullmatch(code):
                self.add_error(f"code-{number}", _("2 to 4 capitals or digits."))
            elif code in taken:
                self.add_error(f"code-{number}", _("%(name)s has this code.") % {"name": taken[code]})
            elif code in lines:
                self.add_error(f"code-{number}", _("Used in line %(number)s.") % {"number": lines[code]})
            else:
                lines[code] = number
        return data

    def is_ready(self, number: int) -> bool:
        return not self.errors.get(f"code-{number}") and not self.errors.get(f"name-{number}")

    def row(self, number: int) -> tuple[str, str]:
        return self.cleaned_data[f"code-{number}"], self.cleaned_data[f"name-{number}"]


def rows_in(data: Mapping[str, Any]) -> int:
    """How many rows a form was sent with, at least 1."""
    numbers = [name.removeprefix("name-") for name in data if name.startswith("name-")]
    found = [int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) < 4]
    return min(max(found, default=1), LINES_AT_MOST)


class FirstYearForm(NewYearForm):
    open_quarter = forms.TypedChoiceField(
        label=gettext_lazy("Open at once"),
        coerce=int,
        choices=[(number, "") for number in QUARTERS],
        help_text=gettext_lazy("The quarter that is running now. The year opens with it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = [(number, _("Q%(number)s") % {"number": number}) for number in QUARTERS]
        self.fields["open_quarter"].choices = labels  # type: ignore[attr-defined]
