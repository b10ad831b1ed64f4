"""Agendas to start from: Polaris's own, the organization's templates, and what other workshops were held by."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from orgs.http import OrgRequest
from orgs.models import Membership, Organization
from orgs.moments import moment
from orgs.permissions import Permission, can
from workshops.agendas import AGENDAS, Rows, agenda_of, row_of, rows_of
from workshops.forms.agenda import blank_row, minutes_in, rearranged
from workshops.forms.template import TemplateForm
from workshops.models import Phase, PhaseKind, Workshop, WorkshopKind, WorkshopTemplate
from workshops.pages.kinds import kind_label

# Part of an address → kind of workshop.
KINDS = {
    "codir": WorkshopKind.CODIR_KEY_RESULTS,
    "objectives": WorkshopKind.TRIBE_OBJECTIVES,
    "key-results": WorkshopKind.TRIBE_KEY_RESULTS,
}
PARTS = {kind: part for part, kind in KINDS.items()}
OWN, TEMPLATE, HELD = "polaris", "template", "workshop"  # what a source's key begins with
SHOWN_HELD = 12


# ── What an agenda starts from ───────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Source:
    key: str  # "polaris", "template:7", "workshop:<code>"
    label: str


def sources_of(kind: str) -> list[tuple[str, list[Source]]]:
    """In groups; two queries."""
    templates = WorkshopTemplate.objects.filter(kind=kind, archived_at=None)
    held = Workshop.objects.filter(kind=kind).exclude(state=Workshop.State.CANCELLED).order_by("-starts_at", "-pk")
    groups = [
        (_("Polaris"), [Source(OWN, _("Polaris’s own agenda"))]),
        (_("Your templates"), [Source(f"{TEMPLATE}:{one.pk}", one.name) for one in templates]),
        (
            _("As in another workshop"),
            [Source(f"{HELD}:{one.code}", f"{one.title}, {moment(one.starts_at)}") for one in held[:SHOWN_HELD]],
        ),
    ]
    return [(label, sources) for label, sources in groups if sources]


def rows_from(key: str, kind: str, language: str) -> Rows:
    """The agenda of a source; Polaris's own where there is none of that key."""
    what, _sign, which = key.partition(":")
    if what == TEMPLATE and which.isascii() and which.isdigit() and len(which) < 19:
        template = WorkshopTemplate.objects.filter(pk=which, kind=kind, archived_at=None).first()
        if template is not None:
            return rows_of(template.phases)
    if what == HELD:
        phases = Phase.objects.filter(workshop__code=which, workshop__kind=kind)
        rows = [row_of(one.kind, one.minutes, one.question, one.round, one.title) for one in phases]
        if rows:
            return rows
    return agenda_of(kind, language)


# ── The list ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Line:
    """A template, or (without one) Polaris's own agenda of a kind."""

    name: str
    phases: Sequence[Any]
    minutes: int
    rounds: int
    source: str
    template: WorkshopTemplate | None = None

    @property
    def kinds(self) -> list[str]:
        return [row["title"] or str(PhaseKind(row["kind"]).label) for row in self.phases]


@dataclass(frozen=True, slots=True)
class Group:
    kind: WorkshopKind
    part: str
    may_write: bool
    label: str
    lines: list[Line]
    archived: list[WorkshopTemplate]


def list_page(request: OrgRequest) -> list[Group]:
    templates = list(WorkshopTemplate.objects.all())
    return [
        Group(
            kind,
            part,
            may_write(request.membership, kind),
            kind_label(kind, request.org),
            [
                _line(_("Polaris’s own agenda"), agenda_of(kind, request.LANGUAGE_CODE), OWN),
                *(
                    _line(one.name, one.phases, f"{TEMPLATE}:{one.pk}", one)
                    for one in templates
                    if one.kind == kind and one.archived_at is None
                ),
            ],
            [one for one in templates if one.kind == kind and one.archived_at is not None],
        )
        for part, kind in KINDS.items()
    ]


def _line(name: str, phases: Rows, source: str, template: WorkshopTemplate | None = None) -> Line:
    rounds = max((row.get("round", 1) for row in phases), default=1)
    return Line(name, phases, minutes_in(phases), rounds, source, template)


def may_write(member: Membership, kind: str) -> bool:
    return can(member, Permission.LEAD_WORKSHOPS, WorkshopTemplate(kind=kind))


def keep_at(request: OrgRequest, workshop: Workshop) -> str:
    """Where a workshop's agenda is kept as a template; "" for those who may not."""
    kind = WorkshopKind(workshop.kind)
    if not may_write(request.membership, kind):
        return ""
    return f"{reverse('workshop_template_new', args=[request.org.slug, PARTS[kind]])}?from={HELD}:{workshop.code}"


# ── The form ─────────────────────────────────────────────────────────────────


class TemplatePage:
    """The form of a new or stored template; `source` is what a new one starts from."""

    def __init__(
        self, org: Organization, template: WorkshopTemplate, data: QueryDict | None = None, source: str = ""
    ) -> None:
        self.org, self.template = org, template
        self.act = data.get("act", "") if data is not None else ""
        self.source = data.get("start", source) if data is not None else source
        self.form = TemplateForm(data, initial=self._initial(), zone=org.zone)

    def _initial(self) -> dict[str, Any]:
        if self.template.pk:
            return {"name": self.template.name, "agenda": rows_of(self.template.phases)}
        rows = rows_from(self.source, self.template.kind, self.org.language)
        return {"name": self._proposed_name(), "agenda": rows}

    def _proposed_name(self) -> str:
        """That of the template which is duplicated."""
        what, _sign, which = self.source.partition(":")
        if what != TEMPLATE or not (which.isascii() and which.isdigit() and len(which) < 19):
            return ""
        original = WorkshopTemplate.objects.filter(pk=which, kind=self.template.kind).first()
        return _("%(name)s, copy")[:80] % {"name": original.name[:70]} if original else ""

    @property
    def moves_rows(self) -> bool:
        """Whether a button was pressed that saves nothing."""
        return self.act.startswith("phase-")

    @cached_property
    def sources(self) -> list[tuple[str, list[Source]]]:
        return [] if self.template.pk else sources_of(self.template.kind)

    @cached_property
    def phases(self) -> Rows:
        rows: Rows = self.form["agenda"].value() or []
        if self.act == "phase-from" and not self.template.pk:
            return rows_from(self.source, self.template.kind, self.org.language)
        return rearranged(rows, self.act) if self.moves_rows else rows

    @property
    def minutes(self) -> int:
        return minutes_in(self.phases)

    @property
    def blank(self) -> Any:
        return blank_row()

    @property
    def kind_label(self) -> str:
        return kind_label(self.template.kind, self.org)

    @property
    def back(self) -> str:
        return reverse("workshop_templates", args=[self.org.slug])

    kinds = PhaseKind.choices


assert set(AGENDAS) == set(PARTS)
