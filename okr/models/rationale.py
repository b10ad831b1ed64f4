"""Why a strategic key result matters (business rationale), and the facts behind it (evidence)."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from okr.models.key_result import KeyResult, figure_field
from okr.models.objective import Objective
from orgs.models import Membership, RevisedModel


class BusinessCase(RevisedModel):
    """Effect on revenue and profitability, share of the budget forecast (BP). Confidential: see orgs.permissions."""

    key_result = models.OneToOneField(KeyResult, models.CASCADE, related_name="business_case")
    revenue_effect = figure_field(
        _("revenue, full year"), null=True, blank=True, help_text=_("In the organization's currency.")
    )
    profitability_effect = models.DecimalField(
        _("contribution margin"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("In points of margin."),
    )
    budget_share = models.DecimalField(
        _("share of the budget forecast"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
        help_text=_("In %."),
    )
    note = models.TextField(_("note"), blank=True, max_length=2000)
    consolidated_at = models.DateTimeField(null=True, blank=True, editable=False)
    consolidated_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta(RevisedModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="budget_share_is_a_share",
                condition=Q(budget_share__isnull=True) | Q(budget_share__gte=0, budget_share__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return str(self.key_result)


class Evidence(RevisedModel):
    """A fact gathered before opinions, behind an objective or a key result."""

    class Kind(models.TextChoices):
        PNL = "pnl", _("P&L")
        CHURN = "churn", _("Churn")
        NPS = "nps", _("NPS")
        MARKET = "market", _("Market")
        RESEARCH = "research", _("User research")
        OTHER = "other", _("Other")

    objective = models.ForeignKey(Objective, models.CASCADE, null=True, blank=True, related_name="evidence")
    key_result = models.ForeignKey(KeyResult, models.CASCADE, null=True, blank=True, related_name="evidence")
    kind = models.CharField(_("type"), max_length=8, choices=Kind)
    title = models.CharField(_("title"), max_length=240)
    figure = models.CharField(_("figure"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=160, blank=True)
    url = models.URLField(_("link"), blank=True)
    file = models.FileField(_("file"), upload_to="evidence/%Y/%m/", blank=True)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    # Of a file that is a CSV: {"columns": [text], "rows": [[text of the line, number or null…]]}, drawn as a chart.
    table = models.JSONField(null=True, blank=True, editable=False)
    file_name = models.CharField(max_length=160, blank=True, editable=False)
    file_size = models.PositiveIntegerField(null=True, blank=True, editable=False)  # bytes
    position = models.PositiveSmallIntegerField(default=1)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(RevisedModel.Meta):
        ordering = ["position", "pk"]
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(
                name="evidence_backs_one_thing",
                condition=Q(objective__isnull=True, key_result__isnull=False)
                | Q(objective__isnull=False, key_result__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title
