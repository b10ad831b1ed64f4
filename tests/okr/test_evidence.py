"""Files of evidence: handed out to members as something to keep, never as a page."""

import datetime as dt

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from okr.models import Evidence, KeyResult
from orgs import tenancy
from tests import factories

pytestmark = pytest.mark.django_db
PAGE = b"<script>alert(document.cookie)</script>"


@pytest.fixture
def world(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(dt.datetime(2026, 5, 19, 8, tzinfo=dt.UTC), tick=False):
        world = factories.world()
        with tenancy.tenant(world.org.pk):
            world.evidence.file.save("churn é.html", ContentFile(PAGE))
            yield world


@pytest.fixture
def get(world, client):
    def get(who="alice", evidence=None):
        client.force_login(getattr(world, who).user)
        return client.get(reverse("evidence_file", args=[world.org.slug, (evidence or world.evidence).pk]))

    return get


@pytest.mark.parametrize("who", ["alice", "olga", "sam"])
def test_members_get_the_file_to_keep(world, get, who):
    answer = get(who)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == PAGE
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert "/" not in answer["Content-Disposition"].split("filename", 1)[1].replace("utf-8''", "")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_name_from_elsewhere_cannot_break_the_header(world, get):
    stored = default_storage.save('evidence/a"b.txt', ContentFile(b"x"))
    Evidence.objects.filter(pk=world.evidence.pk).update(file=stored)
    disposition = get()["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert "\n" not in disposition
    assert disposition.count('"') - disposition.count('\\"') <= 2


def test_without_a_file_404(world, get):
    bare = Evidence.objects.create(key_result=world.strategic_kr, kind="nps", title="No file")
    assert get(evidence=bare).status_code == 404


def test_a_file_that_is_gone_is_404(world, get):
    default_storage.delete(world.evidence.file.name)
    assert get().status_code == 404


def test_evidence_of_an_archived_key_result_is_404(world, get):
    KeyResult.objects.filter(pk=world.strategic_kr.pk).update(archived_at=timezone.now())
    assert get().status_code == 404


def test_evidence_of_an_objective_is_handed_out_too(world, get):
    fact = Evidence.objects.create(objective=world.strategic, kind="pnl", title="P&L", file=world.evidence.file.name)
    assert get(evidence=fact).status_code == 200


def test_the_page_links_the_file(world, client):
    client.force_login(world.alice.user)
    page = client.get(reverse("key_result", args=[world.org.slug, world.strategic_kr.pk])).content.decode()
    assert f'href="{reverse("evidence_file", args=[world.org.slug, world.evidence.pk])}"' in page


def test_strangers_visitors_and_other_organizations(world, get, client):
    with tenancy.all_tenants():
        other = factories.world("other")
    assert get(evidence=other.evidence).status_code == 404
    address = reverse("evidence_file", args=[world.org.slug, world.evidence.pk])
    client.force_login(other.alice.user)
    assert client.get(address).status_code == 404
    client.logout()
    assert client.get(address).status_code == 302
    client.force_login(world.alice.user)
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 405
