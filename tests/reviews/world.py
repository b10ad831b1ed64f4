"""A quarter in its last week: two key results of one tribe, the quarter after it in draft."""

import datetime as dt
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.test import Client
from django.urls import reverse

from okr.models import KeyResult, Quarter
from orgs import tenancy
from reviews.models import Verdict
from tests import factories

NOW = dt.datetime(2026, 6, 25, 9, tzinfo=dt.UTC)
SAID = {"score": "0.5", "learning": "Two sites make most of it.", "afterwards": "carry"}


@dataclass
class Reviewed:
    world: factories.World
    second: KeyResult  # committed
    after: Quarter

    def inside(self) -> AbstractContextManager[None]:
        return tenancy.tenant(self.world.org.pk)

    def client(self, who: str) -> Client:
        return factories.signed_in(self.world.people[who])

    def url(self, name: str, *parts: Any) -> str:
        return reverse(name, args=[self.world.org.slug, *parts])

    def judge(self, who: str = "alice", row: KeyResult | None = None, **said: Any) -> Any:
        row = row or self.world.key_result
        return self.client(who).post(self.url("review_verdict", row.pk), {**SAID, "revision": "1", **said})

    def verdict(self, row: KeyResult | None = None) -> Verdict:
        with self.inside():
            return Verdict.objects.get(key_result=row or self.world.key_result)

    def fresh(self, thing: Any) -> Any:
        with self.inside():
            return type(thing).objects.get(pk=thing.pk)

    def text(self, who: str, name: str, *parts: Any) -> str:
        answer = self.client(who).get(self.url(name, *parts))
        assert answer.status_code == 200
        return str(answer.content.decode())


def reviewed() -> Reviewed:
    """Travel to NOW first."""
    made = factories.world()
    with tenancy.tenant(made.org.pk):
        second = factories.key_result(
            made.objective, title="Calls about orders", start=Decimal(40), target=Decimal(20), direction="down",
            ambition="committed", owner=made.alice,
        )  # fmt: skip
        after = factories.quarter(made.year, 3, state="draft")
    return Reviewed(made, second, after)
