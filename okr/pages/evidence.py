"""The facts behind an objective or a key result, ready for `okr/_evidence.html`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr import charts, numbers
from okr.charts import FactChart
from okr.files import IMAGES, extension_of
from okr.language import language
from okr.models import Evidence, KeyResult, Objective
from okr.pages.rights import may_write
from okr.tables import Table
from orgs.models import Membership, Organization

SAID = 6  # bars that a chart's sentence names


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart, and what it shows in one sentence."""

    chart: FactChart
    label: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The table behind the charts, as text."""

    columns: tuple[str, ...]
    rows: list[tuple[str, list[str]]]


@dataclass(frozen=True, slots=True)
class Fact:
    pk: str
    kind: str
    title: str
    figure: str
    source: str
    note: str
    url: str  # elsewhere, "" without
    file_url: str  # kept here, "" without
    file_name: str
    file_size: str
    image_url: str  # "" where the file is none
    drawn: list[Drawn]
    figures: Figures | None
    revision: str
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """`new_url` is "" for those who may not write, or in a closed period."""

    rows: list[Fact]
    new_url: str = ""


def evidence_of(**thing: Any) -> QuerySet[Evidence]:
    """What stands behind `objective=`, `key_result=` or `key_result_id__in=`, in its order."""
    return Evidence.objects.filter(**thing, archived_at=None).order_by("position", "pk")


def facts(rows: Iterable[Evidence], org: Organization, *, drawn: bool = True) -> list[Fact]:
    """`drawn` says whether the page has room for charts and pictures."""
    rows = list(rows)
    return [_fact(row, org, drawn, place, len(rows)) for place, row in enumerate(rows, start=1)]


def facts_behind(thing: Objective | KeyResult, member: Membership, org: Organization) -> Facts:
    """One query."""
    may_edit = may_write(thing, member)
    if isinstance(thing, Objective):
        return Facts(
            facts(evidence_of(objective=thing), org),
            reverse("objective_evidence_new", args=[org.slug, thing.pk]) if may_edit else "",
        )
    return Facts(
        facts(evidence_of(key_result=thing), org),
        reverse("key_result_evidence_new", args=[org.slug, thing.pk]) if may_edit else "",
    )


def _fact(row: Evidence, org: Organization, drawn: bool, place: int, last: int) -> Fact:
    file_url = reverse("evidence_file", args=[org.slug, row.pk]) if row.file else ""
    table = Table.from_json(row.table) if drawn and row.table else None
    return Fact(
        pk=str(row.pk),
        kind=row.get_kind_display(),
        title=row.title,
        figure=row.figure,
        source=row.source,
        note=row.note,
        url=row.url,
        file_url=file_url,
        file_name=row.file_name,
        file_size=filesizeformat(row.file_size) if row.file_size else "",
        image_url=f"{file_url}?show" if drawn and file_url and extension_of(row.file_name) in IMAGES else "",
        drawn=draw(table, org) if table else [],
        figures=figures_of(table) if table else None,
        revision=str(row.revision),
        is_first=place == 1,
        is_last=place == last,
    )


def draw(table: Table, org: Organization) -> list[Drawn]:
    return [Drawn(chart, _in_words(chart)) for chart in charts.fact_charts(table, language(), org.currency)]


def figures_of(table: Table) -> Figures:
    return Figures(
        table.columns,
        [
            (label, ["–" if value is None else numbers.format_number(value, language()) for value in values])
            for label, values in table.rows
        ],
    )


def preview(stored: Mapping[str, Any], org: Organization) -> tuple[list[Drawn], Figures]:
    table = Table.from_json(dict(stored))
    return draw(table, org), figures_of(table)


def _in_words(chart: FactChart) -> str:
    """ "Part: Produit manquant 38 %, Abîmé 21 % and 3 more"."""
    parts = [f"{label} {value}" for label, value in chart.said[:SAID]]
    hidden = len(chart.said) - SAID
    if hidden > 0:
        parts.append(ngettext("%(number)s more", "%(number)s more", hidden) % {"number": hidden})
    said = ", ".join(parts)
    return _("%(title)s: %(figures)s") % {"title": chart.title, "figures": said} if chart.title else said
