"""How an organization is built: departments, their leadership committees, and tribes."""

from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orgs.models.base import RevisedModel, TenantModel
from orgs.relations import Relation
from orgs.working_days import WorkingDays

if TYPE_CHECKING:
    from orgs.models.people import Membership


class Cadence(models.TextChoices):
    WEEKLY = "weekly", _("Every week")
    BIWEEKLY = "biweekly", _("Every two weeks")
    MONTHLY = "monthly", _("Every month")


class Language(models.TextChoices):
    FR = "fr", "Français"
    EN = "en", "English"


class Currency(models.TextChoices):
    EUR = "EUR", "€"
    USD = "USD", "$"
    GBP = "GBP", "£"
    CHF = "CHF", "CHF"


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("“%(value)s” is not a time zone."), params={"value": name})


class Organization(models.Model):
    """A tenant. It holds the settings that the method leaves open, and the version under which its pages are cached."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("address"), max_length=40, unique=True)
    tagline = models.CharField(_("tagline"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=Language, default=Language.FR)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Paris", validators=[validate_time_zone])
    currency = models.CharField(_("currency"), max_length=3, choices=Currency, default=Currency.EUR)
    tribe_label = models.CharField(_("name of a tribe"), max_length=30, default="Tribe")
    tribe_label_plural = models.CharField(_("name of tribes"), max_length=30, default="Tribes")
    year_starts_month = models.PositiveSmallIntegerField(
        _("first month of the year"), default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )

    # method.md § 1: thresholds are settings of the organization.
    on_track_pace = models.DecimalField(_("on track from"), max_digits=3, decimal_places=2, default=Decimal("0.90"))
    at_risk_pace = models.DecimalField(_("at risk from"), max_digits=3, decimal_places=2, default=Decimal("0.60"))
    grace_share = models.DecimalField(_("grace period"), max_digits=3, decimal_places=2, default=Decimal("0.10"))
    stale_days = models.PositiveSmallIntegerField(_("days of silence tolerated"), default=7)
    low_confidence = models.PositiveSmallIntegerField(_("low confidence"), default=3)
    confidence_fall = models.PositiveSmallIntegerField(_("fall of confidence"), default=3)

    # method.md § 5
    tribe_cadence = models.CharField(_("check-ins of tribes"), max_length=10, choices=Cadence, default=Cadence.WEEKLY)
    strategic_cadence = models.CharField(
        _("check-ins of the strategy"), max_length=10, choices=Cadence, default=Cadence.MONTHLY
    )
    due_weekday = models.PositiveSmallIntegerField(
        _("weekday check-ins are due"), default=2, validators=[MaxValueValidator(6)], help_text=_("0 is Monday")
    )
    due_hour = models.PositiveSmallIntegerField(
        _("hour check-ins are due"), default=9, validators=[MaxValueValidator(23)]
    )
    holiday_country = models.CharField(  # ISO code; "" where only weekends are free
        _("country of public holidays"), max_length=2, blank=True, default="FR"
    )
    holiday_region = models.CharField(_("region of public holidays"), max_length=20, blank=True)
    send_reminders = models.BooleanField(_("reminders are sent"), default=True)
    digest_weekday = models.PositiveSmallIntegerField(
        _("weekday of the weekly digest"), default=0, validators=[MaxValueValidator(6)], help_text=_("0 is Monday")
    )

    check_in_by_link = models.BooleanField(_("check in from the mail without signing in"), default=False)

    # method.md § 2
    objectives_limit = models.PositiveSmallIntegerField(
        _("objectives a tribe and quarter"), default=3, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )

    logo = models.FileField(_("logo"), upload_to="logos/%Y/%m/", blank=True)
    colour = models.CharField(
        _("colour"), max_length=7, blank=True, validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Such as #1A4FD6."))]
    )

    first_steps_hidden = models.BooleanField(default=False, editable=False)  # an administrator has had enough of them

    version = models.PositiveBigIntegerField(default=1, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)  # of the settings: orgs.actions.editing
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="organization_thresholds_ordered",
                condition=Q(at_risk_pace__gt=0, at_risk_pace__lt=F("on_track_pace"), on_track_pace__lte=1),
            ),
            models.CheckConstraint(
                name="organization_grace_is_a_share", condition=Q(grace_share__gte=0, grace_share__lt=1)
            ),
            models.CheckConstraint(
                name="organization_month_exists", condition=Q(year_starts_month__gte=1, year_starts_month__lte=12)
            ),
            models.CheckConstraint(name="organization_weekday_exists", condition=Q(due_weekday__lte=6)),
            models.CheckConstraint(name="organization_digest_day_exists", condition=Q(digest_weekday__lte=6)),
            models.CheckConstraint(name="organization_hour_exists", condition=Q(due_hour__lte=23)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def working_days(self) -> WorkingDays:
        return WorkingDays(self.holiday_country, self.holiday_region)


class Department(RevisedModel):
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(default=1)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, editable=False, related_name="+")

    class Meta(RevisedModel.Meta):
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint("org", Lower("name"), name="department_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Committee(TenantModel):
    """A department's leadership committee (CoDir)."""

    department = models.OneToOneField(Department, models.CASCADE, related_name="committee")
    name = models.CharField(_("name"), max_length=80)
    members = models.ManyToManyField("orgs.Membership", through="orgs.CommitteeSeat", related_name="committees")

    class Meta(TenantModel.Meta):
        ordering = ["department__position", "pk"]

    def __str__(self) -> str:
        return self.name


class CommitteeSeat(TenantModel):
    committee = models.ForeignKey(Committee, models.CASCADE, related_name="seats")
    membership = models.ForeignKey("orgs.Membership", models.CASCADE, related_name="committee_seats")
    is_sponsor = models.BooleanField(pgettext_lazy("of a committee", "sponsor"), default=False)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["committee", "membership"], name="committee_seat_once"),
        ]

    def __str__(self) -> str:
        return f"{self.committee_id} · {self.membership_id}"


class Tribe(RevisedModel):
    department = models.ForeignKey(Department, models.PROTECT, related_name="tribes")
    name = models.CharField(_("name"), max_length=80)
    code = models.CharField(
        _("code"), max_length=4, validators=[RegexValidator(r"^[A-Z0-9]{2,4}$", _("2 to 4 capitals or digits."))]
    )
    mission = models.CharField(_("mission"), max_length=200, blank=True)
    lead = models.ForeignKey(
        "orgs.Membership", models.SET_NULL, null=True, blank=True, related_name="led_tribes", verbose_name=_("lead")
    )
    position = models.PositiveSmallIntegerField(default=1)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, editable=False, related_name="+")

    class Meta(RevisedModel.Meta):
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["org", "code"], name="tribe_code_once"),
        ]

    def __str__(self) -> str:
        return self.name

    is_strategic = False

    def relations_of(self, member: "Membership") -> set[Relation]:
        """One query, for the seat."""
        lead = {Relation.TRIBE_LEAD} if self.lead_id == member.pk else set()
        return lead | ({Relation.SEAT} if self.seats.filter(membership=member).exists() else set())
