"""The third quarter of tests.factories' organization, proposed by three tribes, and its planning in any state.

`proposed(...)` has no planning yet; `planned(state=...)` plans it and takes it there through the actions themselves. To the
people of `factories.world` come Lena and Fiona, who lead the two other tribes, and Theo, in the second committee:

- tribes DRV (Alice leads), LAD (Lena) and FID (Fiona), each with objectives A and B;
- strategic key results 1.1, 1.2 (E-commerce) and 2.1 (Stores), in `strategic` by their codes. What objective A of DRV
  and of LAD moves is 1.1, both B and A of FID move 1.2, and B of FID alone moves 2.1: without it that one is an orphan;
- each objective proposes `each` key results, in `proposals` by tribe, objective and number: "DRV A1", "FID B2";
- Sam (chair), Cody and Theo have a vote; Cora coaches and leads; Paul is the CPO; Olga only observes.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from django.test import Client
from django.urls import reverse

from okr.models import Contribution, KeyResult, Objective, Quarter
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import Committee, CommitteeSeat, Department, Membership, Organization, Role, Seat, Tribe
from planning.actions import deciding, leading, preparing, refining
from planning.actions.wishes import Wish
from planning.models import Acceptance, Planning
from tests import factories

NOW = dt.datetime(2026, 5, 19, 10, tzinfo=dt.UTC)  # the Tuesday of the mock-ups: travel to it where days matter
MEETS_AT = dt.datetime(2026, 6, 9, 7, tzinfo=dt.UTC)  # 9:00 in Paris
PREPARING, OPEN, REFINING, PUBLISHED = "preparing", "open", "refining", "published"
CODES = ("DRV", "LAD", "FID")
MOVES = {
    "DRV A": ["1.1"],
    "DRV B": ["1.2"],
    "LAD A": ["1.1"],
    "LAD B": ["1.2"],
    "FID A": ["1.2"],
    "FID B": ["2.1"],
}
# What each tribe's key results measure, so that none of them look alike.
MEASURES = {
    "DRV A": ("Orders ready when the customer arrives", "Cars served within four minutes", "Lanes free at six"),
    "DRV B": ("Replaced items accepted", "Bags without a missing product", "Calls about an absent article"),
    "LAD A": ("Deliveries inside the chosen hour", "Parcels left with a neighbour", "Doors found at the first ring"),
    "LAD B": ("Refunds settled the same day", "Broken eggs reported", "Complaints answered by a human"),
    "FID A": ("Members who open their weekly voucher", "Points spent before they expire", "Cards scanned at tills"),
    "FID B": ("Households buying fresh produce weekly", "New parents who return", "Students with a second basket"),
}


@dataclass
class Quarterly:
    """What was made. `people` by first name in small letters, as in factories.World: `made.sam`."""

    world: factories.World
    quarter: Quarter
    tribes: dict[str, Tribe]
    strategic: dict[str, KeyResult]
    objectives: dict[str, Objective]
    proposals: dict[str, KeyResult]
    planning: Planning | None = None
    clients: dict[str, Client] = field(default_factory=dict)

    @property
    def org(self) -> Organization:
        return self.world.org

    @property
    def people(self) -> dict[str, Membership]:
        return self.world.people

    def __getattr__(self, name: str) -> Membership:
        try:
            return self.__dict__["world"].people[name]
        except KeyError:
            raise AttributeError(name) from None

    # ── Looking ──

    @contextmanager
    def inside(self) -> Iterator[None]:
        """In the organization's tenancy, as every look into the database is."""
        with tenancy.tenant(self.org.pk):
            yield

    def again(self) -> Planning:
        """The planning as it is stored now."""
        with self.inside():
            found: Planning = Planning.objects.with_quarter().get(quarter=self.quarter)
            self.planning = found
        return found

    def stage(self, code: str) -> str:
        with self.inside():
            return str(KeyResult.objects.values_list("stage", flat=True).get(pk=self.proposals[code].pk))

    def pk(self, code: str) -> int:
        return int(self.proposals[code].pk)

    # ── The browser of one of the people ──

    def client(self, who: str) -> Client:
        if who not in self.clients:
            self.clients[who] = factories.signed_in(self.people[who])
        return self.clients[who]

    def url(self, name: str, **parts: object) -> str:
        """Of a page of this planning. Pages of the organization alone are reversed by who needs them."""
        return reverse(name, kwargs={"org": self.org.slug, "quarter": self.quarter.slug, **parts})

    def get(self, who: str, name: str = "planning", **parts: object) -> str:
        answer = self.client(who).get(self.url(name, **parts))
        assert answer.status_code == 200, answer.status_code
        return str(answer.content.decode())

    # ── Acting without a page ──

    def actor(self, who: str) -> Actor:
        return Actor(self.people[who])

    def decide(
        self, outcome: str, *codes: str, by: str = "sam", reason: str = "Not this quarter", into: str = ""
    ) -> uuid.UUID:
        """One act about these proposals; its id. An orphan is left without a question."""
        act = uuid.uuid4()
        wish = Wish([self.pk(code) for code in codes], outcome, reason, self.pk(into) if into else None)
        with self.inside():
            deciding.decide(self._planned, wish, by=self.actor(by), act=act, sure=True)
        return act

    def go(self, state: str, *, kept: list[str] | None = None) -> Planning:
        """On to that state. `kept`: what is kept on the way (the first of each objective), all else is dropped."""
        order = (PREPARING, OPEN, REFINING, PUBLISHED)
        kept = kept if kept is not None else [f"{code}1" for code in self.objectives]
        with self.inside():
            for step in order[order.index(self.again().state) + 1 : order.index(state) + 1]:
                if step == OPEN:
                    leading.open_meeting(self._planned, by=self.actor("coach"))
                elif step == REFINING:
                    self._decide_all(kept)
                    leading.close_meeting(self._planned, by=self.actor("coach"))
                else:
                    self.accept_all()
                    refining.publish(self._planned, by=self.actor("cpo"))
                self.again()
        return self._planned

    def accept_all(self) -> None:
        """Every kept key result, by both sides."""
        with self.inside():
            rows = list(refining.kept(self._planned))
            refining.accept(self._planned, [row.pk for row in rows], Acceptance.Side.CPO, by=self.actor("cpo"))
            for tribe in self.tribes.values():
                mine = [row.pk for row in rows if row.objective.tribe_id == tribe.pk]
                if mine:
                    lead = Membership.objects.select_related("user", "org").get(pk=tribe.lead_id)
                    refining.accept(self._planned, mine, Acceptance.Side.LEAD, by=Actor(lead))

    @property
    def _planned(self) -> Planning:
        assert self.planning is not None
        return self.planning

    def _decide_all(self, kept: list[str]) -> None:
        there = KeyResult.objects.live().filter(objective__quarter=self.quarter, stage=KeyResult.Stage.PROPOSED)
        proposed = set(there.values_list("pk", flat=True))
        left = [code for code in self.proposals if self.pk(code) in proposed]
        if keep := [code for code in left if code in kept]:
            self.decide("keep", *keep)
        if drop := [code for code in left if code not in kept]:
            self.decide("drop", *drop)


def proposed(slug: str = "coursive", *, each: int = 3, stage: str = "proposed") -> Quarterly:
    """Without a planning. `stage` of the tribes' key results; `each`: how many an objective has."""
    world = factories.world(slug)
    world.people |= {
        "lena": factories.member(world.org, "Lena Lead"),
        "fiona": factories.member(world.org, "Fiona Lead"),
        "theo": factories.member(world.org, "Theo Stores", Role.CODIR),
    }
    with tenancy.tenant(world.org.pk):
        third = factories.quarter(world.year, 3, state="draft")
        return Quarterly(world, third, _tribes(world), _strategic(world), *_proposals(world, third, each, stage))


def planned(
    state: str = PREPARING,
    slug: str = "coursive",
    *,
    each: int = 3,
    mode: str = "chair",
    target: int = 6,
    cap: int = 3,
    kept: list[str] | None = None,
) -> Quarterly:
    """The planning in that state; Sam chairs. In refinement and after, `kept` was kept (the first of each objective)."""
    made = proposed(slug, each=each)
    with made.inside():
        made.planning, _change = preparing.plan(
            made.quarter, by=made.actor("coach"), meets_at=MEETS_AT, target=target, cap=cap, mode=mode
        )
    made.go(state, kept=kept)
    return made


def _tribes(world: factories.World) -> dict[str, Tribe]:
    stores = Department.objects.create(name="Stores", position=2)
    committee = Committee.objects.create(department=stores, name="CoDir Stores")
    CommitteeSeat.objects.create(committee=world.committee, membership=world.codir)
    CommitteeSeat.objects.create(committee=committee, membership=world.theo)
    world.other_tribe.lead = world.lena
    world.other_tribe.save()
    loyalty = Tribe.objects.create(department=stores, name="Loyalty", code="FID", position=3, lead=world.fiona)
    for tribe, lead in ((world.other_tribe, world.lena), (loyalty, world.fiona)):
        Seat.objects.create(tribe=tribe, membership=lead, function="product", is_delegate=True)
    return {"DRV": world.tribe, "LAD": world.other_tribe, "FID": loyalty}


def _strategic(world: factories.World) -> dict[str, KeyResult]:
    second = factories.key_result(world.strategic, title="Baskets of ten articles and more", owner=world.carol)
    stores = Department.objects.get(name="Stores")
    objective = factories.strategic_objective(
        world.year, stores, title="Families come back to fresh food.", position=2, owner=world.theo
    )
    third = factories.key_result(objective, title="Households buying fresh food every week", owner=world.carol)
    return {"1.1": world.strategic_kr, "1.2": second, "2.1": third}


def _proposals(
    world: factories.World, quarter: Quarter, each: int, stage: str
) -> tuple[dict[str, Objective], dict[str, KeyResult]]:
    tribes = {tribe.code: tribe for tribe in Tribe.objects.all()}
    strategic = {
        row.code: row for row in KeyResult.objects.filter(objective__level="strategic").select_related("objective")
    }
    objectives, proposals = {}, {}
    for code, moved in MOVES.items():
        name, letter = code.split()
        tribe = tribes[name]
        lead = world.people[{"DRV": "alice", "LAD": "lena", "FID": "fiona"}[name]]
        objective = factories.tribe_objective(
            quarter, tribe, title=f"{tribe.name} keeps promise {letter}.", position="AB".index(letter) + 1, owner=lead
        )
        for one in moved:
            Contribution.objects.create(objective=objective, key_result=strategic[one], reason="It moves with it.")
        objectives[code] = objective
        for number in range(1, each + 1):
            measures = MEASURES[code]
            title = measures[number - 1] if number <= len(measures) else f"{measures[0]}, sample {name}{letter}{number}"
            proposals[f"{code}{number}"] = factories.key_result(
                objective,
                title=title,
                metric=f"Share, {name} {letter}{number}",
                start=Decimal(40 + number),
                target=Decimal(60 + number),
                stage=stage,
                owner=lead,
                position=number,
                next_due_on=None,
            )
    return objectives, proposals
