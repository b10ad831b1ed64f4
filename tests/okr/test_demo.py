"""The demo, loaded once for this file: what it must hold for every page to have something true to show."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db.models import Count, Q, Sum
from django.test import Client

from okr import scoring
from okr.actions.check_in import record_check_in
from okr.demo.loader import PASSWORD
from okr.files import check_file, extension_of
from okr.models import (
    BusinessCase,
    CheckIn,
    Contribution,
    Evidence,
    Initiative,
    InitiativeDependency,
    KeyResult,
    Objective,
    Quarter,
    Step,
    StepTarget,
    Year,
)
from okr.readings import Clock, read
from orgs import tenancy, walls
from orgs.actions.api_keys import digest
from orgs.actions.audit import Actor
from orgs.models import (
    ApiKey,
    AuditEvent,
    Committee,
    DemoPersona,
    Department,
    Function,
    Membership,
    Organization,
    OutboxMail,
    Role,
    Seat,
    Tribe,
    User,
)
from scripts.french import typography
from tests.demo import NOW

TODAY = NOW.date()


def published(level: str) -> list[KeyResult]:
    return list(KeyResult.objects.filter(stage="published", objective__level=level).with_definition())


def test_two_departments_each_with_a_codir_and_a_sponsor(coursive: Organization) -> None:
    assert [department.name for department in Department.objects.all()] == ["E-commerce", "Marketing"]
    for committee in Committee.objects.all():
        assert committee.seats.count() >= 5
        assert committee.seats.filter(is_sponsor=True).count() == 1


def test_nine_tribes_with_a_lead_and_one_voice_for_each_of_the_four_functions(coursive: Organization) -> None:
    tribes = Tribe.objects.select_related("lead")
    assert [tribe.code for tribe in tribes] == ["DRV", "LAD", "PRP", "REC", "PAN", "APP", "FID", "RMD", "MKO"]
    for tribe in tribes:
        voices = Counter(Seat.objects.filter(tribe=tribe, is_delegate=True).values_list("function", flat=True))
        assert voices == dict.fromkeys(Function.values, 1)
        assert tribe.seats.filter(membership=tribe.lead).exists()
        assert tribe.seats.count() >= 8


def test_about_ninety_people_who_can_be_told_apart(coursive: Organization) -> None:
    members = Membership.objects.with_people()
    assert 85 <= len(members) <= 95
    assert len({member.name for member in members}) == len(members)
    assert User.objects.get(email="lead.produit.drv@coursive.example").call_sign == "LP"


def test_four_strategic_objectives_with_two_to_five_key_results_each(coursive: Organization) -> None:
    objectives = Objective.objects.filter(year__state="open").annotate(many=Count("key_results"))
    assert [objective.code for objective in objectives] == ["1", "2", "3", "4"]
    assert all(2 <= objective.many <= 5 for objective in objectives)
    assert sum(objective.many for objective in objectives) == 14
    assert all(key_result.checked_on for key_result in published("strategic"))


def test_about_thirty_key_results_run_and_about_a_hundred_are_proposed(coursive: Organization) -> None:
    assert 28 <= len(published("tribe")) <= 34
    proposed = KeyResult.objects.filter(stage="proposed", objective__quarter__state="draft")
    assert proposed.count() == 104
    per_tribe = Counter(proposed.values_list("objective__tribe__code", flat=True))
    assert set(per_tribe.values()) == {11, 12}
    assert not CheckIn.objects.filter(key_result__stage="proposed").exists()


def test_every_direction_and_unit_is_there(coursive: Organization) -> None:
    rows = [*published("strategic"), *published("tribe")]
    assert {row.direction for row in rows} == set(KeyResult.Direction.values)
    assert {row.unit for row in rows} == set(KeyResult.Unit.values)
    assert {row.ambition for row in rows} == set(KeyResult.Ambition.values)
    assert StepTarget.objects.values("key_result").distinct().count() >= 3
    done = Step.objects.exclude(done_on=None).count()
    assert 0 < done < Step.objects.count()


def test_every_status_shows_and_worries_are_marked(coursive: Organization) -> None:
    clock = Clock.of(coursive)
    readings = [read(row, clock) for row in [*published("tribe"), *published("strategic")]]
    counts = Counter(reading.status for reading in readings)
    assert set(counts) == set(scoring.Status)
    assert counts[scoring.Status.ON_TRACK] > len(readings) / 2
    assert 3 <= sum(reading.low_confidence for reading in readings) <= 6
    falls = [(row.previous_confidence or 0) - (row.confidence or 0) for row in published("tribe")]
    assert max(falls) >= coursive.confidence_fall
    assert any(reading.progress is not None and reading.progress < 0 for reading in readings)


def test_what_runs_could_be_published(coursive: Organization) -> None:
    for row in [*published("tribe"), *published("strategic")]:
        assert row.owner_id
        assert row.source
        assert row.metric
        assert not scoring.check_metric(row.as_metric) or row.baseline_due_on, row
        targets = [scoring.StepTarget(target.on, target.value) for target in row.step_targets.all()]
        assert not scoring.check_step_targets(row.objective.span.period, targets)
    running = Count("key_results", filter=Q(key_results__stage="published"))
    per_objective = Objective.objects.filter(quarter__state="open").annotate(many=running)
    assert all(1 <= objective.many <= 5 for objective in per_objective)
    assert max(Counter(per_objective.values_list("tribe", flat=True)).values()) <= 3


def test_contributions_say_why_and_leave_one_gap_to_see(coursive: Organization) -> None:
    assert not Contribution.objects.filter(reason="").exists()
    running = Contribution.objects.filter(objective__quarter__state="open")
    assert running.values("key_result").distinct().count() == 13
    draft = Contribution.objects.filter(objective__quarter__state="draft")
    assert draft.values("key_result").distinct().count() == 14
    assert not Objective.objects.filter(level="tribe", contributions=None).exists()


def test_the_rationale_adds_up_and_is_mostly_signed(coursive: Organization) -> None:
    cases = BusinessCase.objects.all()
    assert cases.count() == 14
    assert cases.aggregate(total=Sum("budget_share"))["total"] <= 100
    signed = cases.exclude(consolidated_at=None)
    assert 10 <= signed.count() < 14
    for case in signed:
        assert None not in (case.revenue_effect, case.profitability_effect, case.budget_share)
        assert Role.CHIEF_OF_STAFF in case.consolidated_by.roles
    kinds = set(Evidence.objects.values_list("kind", flat=True))
    assert kinds == set(Evidence.Kind.values)
    assert not KeyResult.objects.filter(objective__year__state="open", evidence=None).exists()


def test_the_last_quarter_is_closed_with_scores_and_learnings(coursive: Organization) -> None:
    closed = KeyResult.objects.filter(objective__quarter__state="closed", objective__quarter__year__number=2026)
    assert closed.count() >= 18
    bands = {scoring.score_band(row.score) for row in closed}
    assert scoring.Band.AMBER in bands
    assert scoring.Band.GREEN in bands


def test_the_year_before_is_closed_with_three_quarters_and_its_strategy(coursive: Organization) -> None:
    closed = KeyResult.objects.filter(
        Q(objective__quarter__state="closed") | Q(objective__year__state="closed")
    ).with_definition()
    per_period = Counter(str(row.objective.span) for row in closed)
    assert per_period == {"2025": 9, "Q2 2025": 10, "Q3 2025": 21, "Q4 2025": 20, "Q1 2026": 18}
    for row in closed:
        assert row.stage == KeyResult.Stage.SCORED
        assert row.score == scoring.propose_score(row.as_metric, row.current)
        assert row.learning
        assert row.next_due_on is None
        if row.direction != KeyResult.Direction.WITHIN:
            missed = scoring.misses_commitment(scoring.Ambition(row.ambition), row.score)
            assert bool(row.miss_reason) == missed, row
    assert {scoring.score_band(row.score) for row in closed if row.score is not None} == set(scoring.Band)
    served = Contribution.objects.filter(objective__quarter__year__number=2025)
    assert set(served.values_list("key_result__objective__year__number", flat=True)) == {2025}


def test_what_went_on_sets_out_from_where_it_had_come_to(coursive: Organization) -> None:
    carried = KeyResult.objects.exclude(carried_from=None).exclude(stage="proposed").select_related("carried_from")
    assert len(carried) >= 45
    for row in carried:
        before = row.carried_from
        assert before.stage in ("scored", "deferred")
        if before.stage == "scored" and row.start is not None and row.title == before.title:
            assert row.start == before.current, row


def test_initiatives_of_every_kind_answer_key_results_of_their_tribe(coursive: Organization) -> None:
    running = Initiative.objects.filter(quarter__state="open").prefetch_related("key_results__objective")
    assert 25 <= len(running) <= 32
    assert {row.state for row in running} == set(Initiative.State.values) - {Initiative.State.CANCELLED}
    late = [row for row in running if row.state == "in_progress" and row.end_week + dt.timedelta(days=6) < TODAY]
    assert late
    for row in running:
        answered = row.key_results.all()
        assert answered
        assert {(key_result.objective.tribe_id, key_result.objective.quarter_id) for key_result in answered} == {
            (row.tribe_id, row.quarter_id)
        }
    needs = InitiativeDependency.objects.select_related("initiative")
    assert len(needs) >= 6
    assert all(need.tribe_id != need.initiative.tribe_id and need.what for need in needs)


def test_check_ins_have_moods_and_comments_and_an_audit_trail(coursive: Organization) -> None:
    check_ins = CheckIn.objects.all()
    assert {mood for mood in check_ins.values_list("mood", flat=True) if mood} == set(CheckIn.Mood.values)
    assert check_ins.exclude(comment="").count() > check_ins.count() / 4
    events = AuditEvent.objects.filter(verb="checked_in", object_type="keyresult")
    written = Counter(check_ins.values_list("key_result_id", "created_at", "author_id"))
    assert Counter(events.values_list("object_id", "at", "actor_id")) == written
    assert AuditEvent.objects.filter(verb="rationale_saved").count() == 14
    assert not AuditEvent.objects.filter(at__gt=NOW).exists()
    assert coursive.version == 1 + AuditEvent.objects.count()


REPLAYED = [
    "Attente médiane sur la piste",
    "Allergènes fiables dans les cinq grands rayons",
    "Heures supplémentaires des livreurs",
    "Ruptures remplacées par un produit que le client accepte",
    "NPS du programme de fidélité",
]
MAINTAINED = ("current", "checked_on", "confidence", "previous_confidence", "next_due_on")


@pytest.mark.parametrize("title", REPLAYED)
def test_columns_and_trail_are_what_the_action_leaves(coursive: Organization, title: str) -> None:
    row = KeyResult.objects.get(title=title, stage="published")
    loaded = {name: getattr(row, name) for name in MAINTAINED}
    moments = list(row.check_ins.order_by("on").values("on", "value", "confidence", "comment", "mood", "created_at"))
    steps = list(row.steps.values("pk", "done_on"))
    trail = list(
        AuditEvent.objects.filter(object_id=row.pk, verb="checked_in").order_by("at").values("before", "after")
    )
    assert len(moments) >= 3

    row.check_ins.all().delete()
    row.steps.update(done_on=None)
    KeyResult.objects.filter(pk=row.pk).update(**dict.fromkeys(MAINTAINED))
    AuditEvent.objects.filter(object_id=row.pk).delete()
    owner = Membership.objects.select_related("user", "org").get(pk=row.owner_id)
    for moment in moments:
        said = {name: moment[name] for name in ("on", "confidence", "comment", "mood")}
        done = {step["pk"] for step in steps if step["done_on"] and step["done_on"] <= moment["on"]}
        figure = {"done_steps": done} if steps else {"value": moment["value"]}
        made = record_check_in(row, by=Actor(owner), **figure, **said)
        assert made.value == moment["value"]

    row.refresh_from_db()
    assert {name: getattr(row, name) for name in MAINTAINED} == loaded
    assert list(row.steps.values("pk", "done_on")) == steps
    assert list(AuditEvent.objects.filter(object_id=row.pk).order_by("pk").values("before", "after")) == trail


def test_every_persona_signs_in_with_the_published_password(coursive: Organization) -> None:
    personas = DemoPersona.objects.select_related("user")
    assert {persona.key for persona in personas} == set(DemoPersona.Part.values)
    for persona in personas:
        slug = "halle-nova" if persona.key == DemoPersona.Part.OTHER_ADMINISTRATOR else "coursive"
        client = Client()
        sent = {"login": persona.user.email, "password": PASSWORD}
        answer = client.post("/accounts/login/", sent, follow=True)
        assert answer.status_code == 200
        assert answer.request["PATH_INFO"].startswith(f"/o/{slug}/") or persona.key == DemoPersona.Part.COACH


def test_everyone_has_something_to_do(coursive: Organization) -> None:
    def due(email: str, until: dt.date) -> int:
        member = Membership.objects.get(user__email=f"{email}@coursive.example")
        return KeyResult.objects.due_from(member, until).count()

    week, month = dt.date(2026, 5, 20), dt.date(2026, 5, 31)
    assert due("lead.produit.drv", week) == 4
    assert due("lead.tech.drv", week) == 2
    assert due("cheffe.de.cabinet", week) >= 1
    assert due("cheffe.de.cabinet", month) >= 3


def test_roles_are_those_of_the_personas(coursive: Organization) -> None:
    roles = {
        DemoPersona.Part.SPONSOR: Role.SPONSOR,
        DemoPersona.Part.CODIR: Role.CODIR,
        DemoPersona.Part.CHIEF_OF_STAFF: Role.CHIEF_OF_STAFF,
        DemoPersona.Part.COACH: Role.COACH,
        DemoPersona.Part.CPO: Role.CPO,
        DemoPersona.Part.TRIBE_LEAD: Role.MEMBER,
        DemoPersona.Part.TECH: Role.MEMBER,
        DemoPersona.Part.OBSERVER: Role.OBSERVER,
    }
    held = {
        persona.key: Membership.objects.get(user=persona.user)
        for persona in DemoPersona.objects.exclude(key=DemoPersona.Part.OTHER_ADMINISTRATOR)
    }
    assert all(held[part].has_role(role) for part, role in roles.items())
    assert not held[DemoPersona.Part.CODIR].has_role(Role.SPONSOR)
    assert Tribe.objects.get(code="DRV").lead == held[DemoPersona.Part.TRIBE_LEAD]
    assert held[DemoPersona.Part.TECH].function == Function.TECH


def test_the_second_organization_stands_apart(halle_nova: Organization) -> None:
    assert (halle_nova.language, halle_nova.currency, halle_nova.tribe_label) == ("en", "GBP", "Squad")
    assert Department.objects.count() == 1
    assert Tribe.objects.count() == 2
    assert Objective.objects.filter(level="strategic").count() == 1
    assert 6 <= KeyResult.objects.count() <= 10
    assert Membership.objects.count() == 7
    shared = User.objects.get(email="coach.okr@coursive.example")
    assert Membership.objects.get(user=shared).roles == [Role.COACH]
    administrator = DemoPersona.objects.get(key=DemoPersona.Part.OTHER_ADMINISTRATOR).user
    assert Membership.objects.get(user=administrator).has_role(Role.ADMINISTRATOR)
    with tenancy.all_tenants():
        assert Membership.across_orgs.filter(user=administrator).count() == 1
        assert Membership.across_orgs.filter(user=shared).count() == 2


def _texts() -> Iterator[tuple[str, str]]:
    """What people wrote, and where."""
    for model in walls.tenant_models():
        names = [
            field.name
            for field in model._meta.concrete_fields
            if field.get_internal_type() in ("CharField", "TextField") and not field.choices
        ]
        for row in model.objects.all():
            for name in names:
                if value := getattr(row, name):
                    yield f"{model.__name__}.{name}", value


def test_the_french_is_well_set(coursive: Organization) -> None:
    not_written = (
        "ApiKey",
        "AuditEvent.verb",
        "OutboxMail.answer",
    )  # by people: keys, names of acts, mail servers' words
    texts = [(where, text) for where, text in _texts() if not where.startswith(not_written)]
    assert len(texts) > 500
    assert [(where, text, faults) for where, text in texts if (faults := typography(text))] == []
    assert not [text for _, text in texts if "{" in text]


def test_objectives_name_no_figure(coursive: Organization) -> None:
    for objective in Objective.objects.all():
        assert not any(sign.isdigit() or sign in "%€" for sign in objective.title), objective
        assert 4 <= len(objective.title.split()) <= 18, objective


@pytest.mark.usefixtures("loaded_demo", "db")
@pytest.mark.parametrize("slug", ["coursive", "halle-nova"])
def test_every_row_would_pass_its_form(slug: str) -> None:
    org = Organization.objects.get(slug=slug)
    org.full_clean()
    with tenancy.tenant(org.pk):
        for model in walls.tenant_models():
            # Of audit events: empty where there was nothing before. Of mails: empty once they have left.
            empty = ["text"] if model is OutboxMail else ["before", "after"]
            for row in model.objects.all():
                row.clean_fields(exclude=empty)


def test_loading_twice_changes_nothing(coursive: Organization, capsys: pytest.CaptureFixture[str]) -> None:
    before = (User.objects.count(), Organization.objects.count(), KeyResult.objects.count())
    with pytest.raises(CommandError, match="already here"):
        call_command("load_demo")
    call_command("load_demo", "--if-empty")
    assert (User.objects.count(), Organization.objects.count(), KeyResult.objects.count()) == before
    assert capsys.readouterr().out == ""


def test_accounts_are_shown_with_their_password(coursive: Organization, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("demo_accounts")
    shown = capsys.readouterr().out
    for persona in DemoPersona.objects.select_related("user"):
        line = next(line for line in shown.splitlines() if persona.user.email in line)
        assert line.startswith(persona.get_key_display())
        assert persona.user.name in line
    assert "administratrice.polaris@coursive.example" in shown
    assert PASSWORD in shown


def test_an_api_key_from_the_command_line_opens_the_api(
    coursive: Organization, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    person = "cheffe.de.cabinet@coursive.example"
    call_command("create_api_key", "--org=coursive", f"--as={person}", "--name=Tableau", "--scope=read")
    secret = capsys.readouterr().out.strip()
    key = ApiKey.objects.select_related("membership__user").get()
    assert (key.digest, key.scopes, key.membership.user.email) == (digest(secret), ["read"], person)
    assert AuditEvent.objects.filter(verb="api_key_created", via="command").count() == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--org=nowhere", "--as=x@coursive.example", "--name=N"), "no organization"),
        (("--org=coursive", "--as=x@coursive.example", "--name=N"), "not a member"),
        (("--org=coursive", "--as=managing.director@hallenova.example", "--name=N"), "not a member"),
        (("--org=coursive", "--as=coach.okr@coursive.example", "--name= "), "name will not do"),
        (("--org=coursive", "--as=coach.okr@coursive.example", f"--name={'N' * 61}"), "name will not do"),
    ],
)
def test_a_key_for_nobody_is_refused(coursive: Organization, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("create_api_key", *arguments, "--scope=read")
    assert not ApiKey.objects.exists()


def test_the_year_and_its_quarters_are_those_of_the_mock_ups(coursive: Organization) -> None:
    assert [(year.number, year.state) for year in Year.objects.order_by("number")] == [(2025, "closed"), (2026, "open")]
    assert [(quarter.slug, quarter.state) for quarter in Quarter.objects.with_year().order_by("starts_on")] == [
        ("2025-q2", "closed"),
        ("2025-q3", "closed"),
        ("2025-q4", "closed"),
        ("2026-q1", "closed"),
        ("2026-q2", "open"),
        ("2026-q3", "draft"),
    ]
    title = "Ruptures remplacées par un produit que le client accepte"
    row = KeyResult.objects.get(title=title, stage="published")
    assert str(row.current.normalize()) == "59.2"


def test_evidence_comes_with_files_that_were_checked(coursive: Organization) -> None:
    kept = Evidence.objects.exclude(file="")
    assert {extension_of(fact.file_name) for fact in kept} >= {"csv", "pdf"}
    for fact in kept:
        with default_storage.open(fact.file.name) as content:
            assert check_file(fact.file_name, content) == extension_of(fact.file_name)
            assert fact.file_size == content.size
    assert sum(fact.table is not None for fact in kept) >= 3
