"""Both walls of tenancy. First: nothing reads or writes a tenant's row without a tenant. Second: the database refuses."""

import contextlib

import pytest
from asgiref.sync import async_to_sync
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import Exists, OuterRef, Subquery

from okr.models import CheckIn, KeyResult, Objective, Quarter
from orgs import tenancy, walls
from orgs.models import Department, Membership, Tribe
from orgs.tenancy import NoTenant, TenantMismatch
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours():
    return factories.world("ours")


@pytest.fixture
def theirs():
    return factories.world("theirs")


# ── First wall ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "ask",
    [
        lambda: list(Tribe.objects.all()),
        lambda: Tribe.objects.exists(),
        lambda: Tribe.objects.count(),
        lambda: Tribe.objects.first(),
        lambda: Tribe.objects.filter(code="DRV").update(name="x"),
        lambda: Tribe.objects.all().delete(),
        lambda: list(Tribe.objects.values_list("pk")),
        lambda: list(Tribe.objects.in_bulk([1])),
        lambda: Tribe._base_manager.first(),
        lambda: list(Department.objects.annotate(n=Subquery(Tribe.objects.values("pk")[:1]))),
        lambda: Tribe.objects.create(name="x", code="XX"),
        lambda: Tribe.objects.bulk_create([Tribe(name="x", code="XX")]),
        lambda: list(Tribe.across_orgs.all()),
        lambda: Tribe.across_orgs.exists(),
    ],
)
def test_without_a_tenant_every_question_raises(ours, ask):
    with pytest.raises(NoTenant), transaction.atomic():
        ask()
    with tenancy.tenant(ours.org.pk):
        assert Tribe.objects.count() == 2


def test_async_iteration_without_a_tenant_raises(ours):
    async def walk() -> None:
        async for _tribe in Tribe.objects.all():
            pass

    with pytest.raises(NoTenant):
        async_to_sync(walk)()


def test_foreign_keys_are_followed_inside_the_tenant_only(ours):
    with tenancy.tenant(ours.org.pk):
        key_result = KeyResult.objects.get(pk=ours.key_result.pk)
    with pytest.raises(NoTenant):
        _ = key_result.objective
    with tenancy.tenant(ours.org.pk):
        assert key_result.objective == ours.objective


def test_a_queryset_made_before_any_tenant_takes_the_one_of_its_use(ours, theirs):
    tribes = Tribe.objects.all()
    with tenancy.tenant(ours.org.pk):
        assert {tribe.org_id for tribe in tribes.all()} == {ours.org.pk}
    with tenancy.tenant(theirs.org.pk):
        assert {tribe.org_id for tribe in tribes.all()} == {theirs.org.pk}


def test_only_the_tenants_rows_are_seen_through_every_kind_of_question(ours, theirs):
    with tenancy.tenant(ours.org.pk):
        assert not Tribe.objects.filter(pk=theirs.tribe.pk).exists()
        elsewhere = Tribe.objects.filter(pk=theirs.tribe.pk)
        assert not Objective.objects.filter(Exists(elsewhere.filter(org_id=OuterRef("org_id"))) | Exists(elsewhere))
        assert set(KeyResult.objects.values_list("org_id", flat=True)) == {ours.org.pk}
        with pytest.raises(Tribe.DoesNotExist):
            Tribe(pk=theirs.tribe.pk).refresh_from_db()
        assert Tribe.objects.filter(pk=theirs.tribe.pk).delete()[0] == 0
        assert Tribe.objects.filter(pk=theirs.tribe.pk).update(name="taken") == 0


def test_across_orgs_sees_all_where_every_tenant_is_open(ours, theirs):
    with tenancy.all_tenants():
        assert {tribe.org_id for tribe in Tribe.across_orgs.all()} == {ours.org.pk, theirs.org.pk}
        with pytest.raises(NoTenant):
            Tribe.objects.count()


def test_a_row_claims_its_tenant_and_keeps_it(ours, theirs):
    with tenancy.tenant(ours.org.pk):
        made = Department.objects.create(name="Logistics")
        assert made.org_id == ours.org.pk
        with pytest.raises(TenantMismatch):
            Department.objects.filter(pk=made.pk).update(org_id=theirs.org.pk)
    with tenancy.tenant(theirs.org.pk):
        with pytest.raises(TenantMismatch):
            made.save()
        with pytest.raises(TenantMismatch):
            Tribe.objects.create(department=ours.department, name="x", code="XX")
        with pytest.raises(TenantMismatch):
            Tribe.objects.bulk_create([Tribe(department=ours.department, name="x", code="XX")])
    with tenancy.all_tenants(), pytest.raises(NoTenant):
        Department(name="Nobody's").save()


def test_the_context_ends_with_its_block_even_when_it_fails(ours):
    with pytest.raises(ZeroDivisionError), tenancy.tenant(ours.org.pk):
        1 / 0  # noqa: B018
    with pytest.raises(NoTenant):
        tenancy.current_org_id()


# ── Second wall, on both databases ────────────────────────────────────────────


def test_the_database_refuses_a_link_between_two_organizations(ours, theirs):
    def steal() -> None:
        with tenancy.tenant(ours.org.pk), transaction.atomic():
            Tribe.objects.filter(pk=ours.tribe.pk).update(department_id=theirs.department.pk)
            connection.check_constraints()

    with pytest.raises(IntegrityError):
        steal()


def test_every_link_between_tenant_rows_is_guarded():
    """The positive list comes from the models, so that a model added tomorrow is covered or fails here."""
    wanted = {
        walls._name("wall", model._meta.db_table, field.column)
        for model in walls.tenant_models()
        for field in model.tenant_links()
    }
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'f' AND conname LIKE 'wall%'")
            found = {row[0] for row in cursor.fetchall()}
            assert wanted == found
        else:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'wall%'")
            assert cursor.fetchone()[0] == 2 * len(wanted)  # one for INSERT, one for UPDATE


# ── Second wall, PostgreSQL ───────────────────────────────────────────────────


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        return cursor.fetchone()[0]


@pytest.mark.postgres
def test_the_application_role_cannot_skip_row_level_security():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)


@pytest.mark.postgres
def test_every_table_with_an_org_is_under_forced_row_level_security():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, count(p.polname) FROM pg_class c "
            "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id' AND NOT a.attisdropped "
            "LEFT JOIN pg_policy p ON p.polrelid = c.oid WHERE c.relkind IN ('r', 'p') GROUP BY 1, 2, 3"
        )
        tables = {name: (enabled, forced, policies) for name, enabled, forced, policies in cursor.fetchall()}
    assert set(tables) >= {model._meta.db_table for model in walls.tenant_models()}
    assert set(tables.values()) == {(True, True, 1)}


@pytest.mark.postgres
@pytest.mark.parametrize("model", [Tribe, KeyResult, CheckIn, Membership, Quarter])
def test_raw_sql_sees_the_current_tenant_only(ours, theirs, model):
    table = model._meta.db_table
    assert _count(table) == 0
    with tenancy.tenant(ours.org.pk):
        mine = _count(table)
        assert mine == model.objects.count() > 0
    with tenancy.all_tenants():
        assert _count(table) == 2 * mine


@pytest.mark.postgres
def test_raw_sql_cannot_write_into_another_tenant(ours, theirs):
    insert = "INSERT INTO orgs_department (org_id, name, position, revision) VALUES (%s, 'x', 1, 1)"
    with tenancy.tenant(ours.org.pk), connection.cursor() as cursor:
        cursor.execute(insert, [ours.org.pk])
        cursor.execute("UPDATE orgs_department SET name = 'taken' WHERE org_id = %s", [theirs.org.pk])
        assert cursor.rowcount == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            cursor.execute(insert, [theirs.org.pk])


@pytest.mark.postgres
def test_the_setting_stays_in_step_through_rollbacks(ours):
    table = Tribe._meta.db_table
    with tenancy.tenant(ours.org.pk):
        with contextlib.suppress(ZeroDivisionError), transaction.atomic():
            assert _count(table) == 2
            with tenancy.all_tenants():
                _count(table)
            1 / 0  # noqa: B018
        assert _count(table) == 2
    assert _count(table) == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_new_connection_starts_with_no_tenant():
    world = factories.world("ours")
    with tenancy.tenant(world.org.pk):
        assert _count("orgs_tribe") == 2
        connection.close()
        assert _count("orgs_tribe") == 2
    connection.close()
    assert _count("orgs_tribe") == 0
