"""The business rationale of a strategic key result."""

from django import forms
from django.utils.translation import gettext_lazy as _

from okr.forms.fields import FigureField
from okr.models import BusinessCase
from okr.numbers import Unit

NOTE = BusinessCase._meta.get_field("note").max_length
LARGEST_REVENUE = 10**11
LARGEST_MARGIN = 9999


class BusinessCaseForm(forms.Form):
    revenue_effect = FigureField(
        label=_("Effect on revenue, full year"),
        help_text=_("More or less revenue in a full year: 6.4M or 6,400,000; −1.2M where it costs revenue."),
        unit=Unit.MONEY,
        min_value=-LARGEST_REVENUE,
        max_value=LARGEST_REVENUE,
        required=False,
    )
    profitability_effect = FigureField(
        label=_("Effect on the contribution margin"),
        help_text=_("In points of margin: 0.3 means 0.3 points more."),
        unit=Unit.POINTS,
        max_digits=6,
        decimal_places=2,
        min_value=-LARGEST_MARGIN,
        max_value=LARGEST_MARGIN,
        required=False,
    )
    budget_share = FigureField(
        label=_("Share of the budget forecast"),
        unit=Unit.PERCENT,
        max_digits=5,
        decimal_places=2,
        min_value=0,
        max_value=100,
        required=False,
    )
    note = forms.CharField(
        label=_("Note"),
        help_text=_("Where the figures come from, and what was decided."),
        max_length=NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
