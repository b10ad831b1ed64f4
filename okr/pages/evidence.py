"""The facts behind an objective or a key result, ready for `okr/_evidence.html`."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from okr.models import Evidence
from orgs.models import Organization


@dataclass(frozen=True, slots=True)
class Fact:
    kind: str
    title: str
    figure: str
    source: str
    note: str
    url: str  # elsewhere, "" without
    file_url: str  # kept here, "" without


def facts(rows: Iterable[Evidence], org: Organization) -> list[Fact]:
    return [
        Fact(
            kind=row.get_kind_display(),
            title=row.title,
            figure=row.figure,
            source=row.source,
            note=row.note,
            url=row.url,
            file_url=reverse("evidence_file", args=[org.slug, row.pk]) if row.file else "",
        )
        for row in rows
    ]
