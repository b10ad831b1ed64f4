"""Loading the demo at the same moment gives the same demo. On its own: the other files keep one loaded throughout."""

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.db import transaction

from okr.demo.loader import load_demo
from okr.models import CheckIn
from orgs import tenancy, walls
from orgs.models import User

IDS = {"comment", "owner", "merged_into"}  # in what events and definitions hold


def _everything() -> list[dict[str, Any]]:
    """All rows of all organizations, without the ids that a database gives and what was drawn by lot."""
    rows = []
    with tenancy.all_tenants():
        for model in walls.tenant_models():
            drawn = {"id", "client_id", "object_id", "file"} | ({"created_at"} if model is not CheckIn else set())
            if model._meta.app_label == "workshops":
                drawn |= {"code", "uid", "digest"}
            if model._meta.app_label == "planning":
                drawn |= {"digest"}  # of a definition with its owner's id
            fields = [field for field in model._meta.concrete_fields if not field.is_relation]
            names = [field.name for field in fields if field.name not in drawn]
            if names:
                rows += [_without_ids(row) for row in model.across_orgs.order_by("pk").values(*names)]
    return rows


def _without_ids(row: dict[str, Any]) -> dict[str, Any]:
    """Comments name whom they mention by id, events and notices name comments, definitions their owner: PostgreSQL gives
    each id only once. Mails, and what meetings froze, have addresses with ids."""
    if "text" in row:
        texts = {
            name: re.sub(r"@\[\d+\]|/\d+/|comment[=-]\d+", "…", row[name]) for name in ("text", "html") if row.get(name)
        }
        return {**row, **texts}
    if "frozen" in row:
        return {**row, "frozen": re.sub(r'/\d+/|"pk": \d+', "…", json.dumps(row["frozen"], ensure_ascii=False))}
    if "key_results" in row:
        return {**row, "key_results": len(row["key_results"])}
    if "path" in row:
        return {**row, **{name: re.sub(r"\d+", "…", row[name]) for name in ("path", "key")}}
    told = {name: row[name] for name in ("before", "after", "definition", "baseline") if row.get(name)}
    return {**row, **{name: {**state, **dict.fromkeys(IDS & set(state), "…")} for name, state in told.items()}}


@pytest.mark.django_db
def test_the_same_day_gives_the_same_demo() -> None:
    now = dt.datetime(2026, 1, 1, 8, 0, tzinfo=dt.UTC)
    loads = []
    for _ in range(2):
        with transaction.atomic():
            load_demo(now)
            loads.append((_everything(), list(User.objects.order_by("pk").values("email", "name"))))
            transaction.set_rollback(True)
    different = [(one, other) for one, other in zip(*(rows for rows, _ in loads), strict=True) if one != other]
    assert not different[:1]  # not all of them: the report would be a book
    assert loads[0][1] == loads[1][1]
    assert len(loads[0][0]) > 1500
