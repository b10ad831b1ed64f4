"""The settings of an organization, in groups that each say in one sentence what they decide."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from orgs import time_zones
from orgs.forms.accounts import no_link, readable
from orgs.models import Cadence, Currency, Language, Organization
from orgs.working_days import countries, country_choices, regions_of


class ShareField(forms.Field):
    """A share of 1, typed as a whole percentage: "90", "90 %". Cleans to a Decimal such as 0.90."""

    widget = forms.TextInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "numeric", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        return str(int(value * 100)) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Decimal | None:
        text = "".join(str(value or "").split()).removesuffix("%")
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 3):
            raise ValidationError(_("Enter a whole percentage, such as 90."))
        if int(text) > 100:
            raise ValidationError(_("At most 100%."))
        return Decimal(text) / 100


def _number(label: Any, low: int, high: int, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=low,
        max_value=high,
        help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


def _choice(label: Any, choices: Any, coerce: Any = str, help_text: Any = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=choices, coerce=coerce, help_text=help_text)


class SettingsForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, validators=[no_link, readable])
    tagline = forms.CharField(
        label=gettext_lazy("Tagline"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Under the name, such as Digital department."),
    )
    tribe_label = forms.CharField(
        label=gettext_lazy("One"), max_length=30, help_text=gettext_lazy("North Star, Squad…")
    )
    tribe_label_plural = forms.CharField(label=gettext_lazy("Several"), max_length=30)
    language = _choice(
        gettext_lazy("Language of its content"),
        Language.choices,
        help_text=gettext_lazy("Also the interface's, for who has chosen none."),
    )
    time_zone = _choice(gettext_lazy("Time zone"), time_zones.choices)
    currency = _choice(gettext_lazy("Currency"), Currency.choices)
    year_starts_month = _choice(
        gettext_lazy("Years begin in"),
        lambda: list(MONTHS.items()),
        int,
        gettext_lazy("For the days that are proposed for a new year."),
    )
    on_track_pace = ShareField(label=gettext_lazy("On track from"))
    at_risk_pace = ShareField(label=gettext_lazy("At risk from"), help_text=gettext_lazy("Off track below."))
    grace_share = ShareField(
        label=gettext_lazy("Nobody is off track in the first"), help_text=gettext_lazy("Of the period.")
    )
    stale_days = _number(
        gettext_lazy("Silence tolerated"),
        0,
        60,
        gettext_lazy("Days after a missed check-in before it reads “no update”."),
    )
    low_confidence = _number(gettext_lazy("Low confidence up to"), 1, 9, gettext_lazy("Of 10."))
    confidence_fall = _number(gettext_lazy("Or a fall by"), 1, 9, gettext_lazy("Points since the last check-in."))
    tribe_cadence = _choice(gettext_lazy("Check-ins of the teams"), Cadence.choices)
    strategic_cadence = _choice(gettext_lazy("Check-ins of the strategy"), Cadence.choices)
    due_weekday = _choice(gettext_lazy("Due on"), lambda: list(WEEKDAYS.items())[:5], int)
    due_hour = _choice(pgettext_lazy("an hour", "At"), lambda: [(hour, f"{hour:02}:00") for hour in range(24)], int)
    holiday_country = forms.ChoiceField(
        label=gettext_lazy("Public holidays of"),
        choices=lambda: [("", _("No country: weekends only")), *country_choices(get_language() or "en")],
        required=False,
        help_text=gettext_lazy("What is due on one moves to the next working day."),
    )
    holiday_region = forms.ChoiceField(
        label=gettext_lazy("And of the region"),
        required=False,
        help_text=gettext_lazy("Where it has more of them, such as Alsace."),
        error_messages={"invalid_choice": gettext_lazy("Choose a region of this country, or none.")},
    )
    send_reminders = forms.BooleanField(
        label=gettext_lazy("Send reminders"),
        required=False,
        help_text=gettext_lazy(
            "On the due day to the owner, after 2 working days again, after 5 to the tribe’s lead; to the sponsors a digest a month."
        ),
    )
    digest_weekday = _choice(
        gettext_lazy("Weekly digest on"),
        lambda: list(WEEKDAYS.items())[:5],
        int,
        gettext_lazy("What moved: to sponsors and CoDir members, and to whoever chose it."),
    )
    check_in_by_link = forms.BooleanField(
        label=gettext_lazy("Check in from the mail without signing in"),
        required=False,
        help_text=gettext_lazy(
            "The link of a reminder opens the person’s own check-in form, and nothing else. Whoever has the mail can use it."
        ),
    )
    objectives_limit = _number(
        gettext_lazy("Objectives a quarter"), 1, 10, gettext_lazy("More asks for a second thought.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country: Any = self.fields["holiday_country"]
        region: Any = self.fields["holiday_region"]
        # The regions follow the country at once; without JavaScript, with the next answer.
        country.widget.attrs |= {
            "hx-get": "",
            "hx-target": "#holiday-region",
            "hx-select": "#holiday-region",
            "hx-swap": "outerHTML",
        }
        region.choices = [("", _("The whole country")), *regions_of(self["holiday_country"].value() or "").items()]
        weekday: Any = self.fields["due_weekday"]
        stored = self.initial.get("due_weekday")
        if stored in (5, 6):
            weekday.choices = [*weekday.choices, (stored, WEEKDAYS[stored])]

    def clean(self) -> dict[str, Any]:
        """Thresholds in the wrong order: either may be the wrong one."""
        data = super().clean() or self.cleaned_data
        on_track, at_risk = data.get("on_track_pace"), data.get("at_risk_pace")
        if on_track is not None and at_risk is not None and at_risk >= on_track:
            for field in ("on_track_pace", "at_risk_pace"):
                self.add_error(field, _("“At risk” begins below “on track”."))
        return data

    @classmethod
    def of(cls, org: Organization, country: str | None = None) -> "SettingsForm":
        """With the regions of another country than the one that is stored, for who is choosing one."""
        initial = {name: getattr(org, name) for name in cls.base_fields}
        if country is not None and country != org.holiday_country and country in countries() | {""}:
            initial |= {"holiday_country": country, "holiday_region": ""}
        return cls(initial=initial)

    @property
    def groups(self) -> list["Group"]:
        """For templates, in reading order."""
        return [
            Group(key, title, why, [self[name] for name in names.split()], units)
            for key, title, why, names, units in (
                ("identity", _("Identity"), _("What stands at the top of every page."), "name tagline", {}),
                (
                    "words",
                    _("Your word for tribes"),
                    _("It replaces ours in the whole interface."),
                    "tribe_label tribe_label_plural",
                    {},
                ),
                (
                    "place",
                    _("Language, time and money"),
                    _("Where days begin, and how amounts are written."),
                    "language time_zone currency year_starts_month",
                    {},
                ),
                (
                    "thresholds",
                    _("When a key result is on track"),
                    _("Pace is progress divided by what is expected today: 100% is exactly on time."),
                    "on_track_pace at_risk_pace grace_share stale_days",
                    {"on_track_pace": "%", "at_risk_pace": "%", "grace_share": "%", "stale_days": _("days")},
                ),
                (
                    "confidence",
                    _("When confidence gets a mark"),
                    _("It is what the owner believes, and never changes progress or status."),
                    "low_confidence confidence_fall",
                    {},
                ),
                (
                    "rhythm",
                    _("The rhythm of check-ins"),
                    _("The next check-ins move to the new days at once."),
                    "tribe_cadence strategic_cadence due_weekday due_hour holiday_country holiday_region"
                    " send_reminders digest_weekday check_in_by_link",
                    {},
                ),
                (
                    "focus",
                    _("Focus"),
                    _("How many objectives a team may carry before it is asked to choose."),
                    "objectives_limit",
                    {},
                ),
            )
        ]


@dataclass(frozen=True)
class Group:
    key: str
    title: str
    why: str
    fields: list[forms.BoundField]
    units: dict[str, str]

    @property
    def rows(self) -> list[tuple[forms.BoundField, str]]:
        """Each field with its unit."""
        return [(field, self.units.get(field.name, "")) for field in self.fields]


class ColourForm(forms.Form):
    colour = forms.RegexField(
        r"^#[0-9a-fA-F]{6}$",
        label=gettext_lazy("Your colour"),
        error_messages={"invalid": gettext_lazy("Such as #1A4FD6.")},
        widget=forms.TextInput(attrs={"type": "color"}),
    )


class LogoForm(forms.Form):
    logo = forms.FileField(
        label=gettext_lazy("Picture"),
        help_text=gettext_lazy("PNG, JPEG or WebP, at most 800 kB. Square ones look best."),
        error_messages={"required": gettext_lazy("Choose a picture.")},
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
