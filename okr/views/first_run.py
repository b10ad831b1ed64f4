"""The first steps in a new organization: departments, tribes, the year, the first strategic objective. Each can wait."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from okr.actions.periods import create_year, propose_year
from okr.forms.first_run import DepartmentsForm, FirstYearForm, TribeRowsForm, TribeTextForm, rows_in
from okr.models import Year
from okr.pages.first_run import after, objective_url, steps_of
from okr.readings import Clock
from orgs import tribe_lines
from orgs.actions.audit import Actor
from orgs.actions.first_run import create_departments, create_tribes
from orgs.actions.settings import hide_first_steps
from orgs.http import OrgRequest
from orgs.models import Department, Tribe
from orgs.permissions import Permission, permission_required
from orgs.rules import RuleBroken
from orgs.toasts import say_done

METHODS = ["GET", "HEAD", "POST"]


def _page(request: OrgRequest, key: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    steps = steps_of(request.membership, current=key)
    shown = {"steps": steps, "skip_url": after(request.membership, key), **context}
    return render(request, f"okr/first_run_{key}.html", shown, status=status)


def _onward(request: OrgRequest, key: str) -> HttpResponse:
    return redirect(after(request.membership, key))


@require_http_methods(METHODS)
@permission_required(Permission.MANAGE_PEOPLE)
@never_cache
def departments(request: OrgRequest) -> HttpResponse:
    form = DepartmentsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made, change = create_departments(form.cleaned_data["names"], by=Actor(request.membership))
        except RuleBroken as broken:
            form.add_error("names", broken.message)
        else:
            done = ngettext("%(n)s department created", "%(n)s departments created", len(made))
            say_done(request, done % {"n": len(made)}, change.id)
            return _onward(request, "departments")
    context = {"form": form, "existing": Department.objects.filter(archived_at=None)[:50]}
    return _page(request, "departments", context, 422 if form.errors else 200)


@require_http_methods(METHODS)
@permission_required(Permission.MANAGE_PEOPLE)
@never_cache
def tribes(request: OrgRequest) -> HttpResponse:
    """Paste, look at the preview, correct what is wrong in its row or leave it out, create: nothing exists before."""
    text_form, rows_form = TribeTextForm(), None
    proposed: set[int] = set()
    live = list(Department.objects.filter(archived_at=None))
    status = 200
    if request.method == "POST" and "text" in request.POST:
        text_form = TribeTextForm(request.POST)
        if text_form.is_valid():
            rows_form, proposed = _preview(text_form, live)
        status = 422 if text_form.errors else 200
    elif request.method == "POST":
        rows_form = TribeRowsForm(request.POST, rows=rows_in(request.POST), departments=live)
        rows_form.is_valid()
        if "leave_out" in request.POST:
            rows_form, proposed = _without(rows_form, request.POST)
            if rows_form is None:
                return redirect("first_run_tribes", org=request.org.slug)
        elif request.POST.get("act") != "check":
            rows_form, made = _create_ready(request, rows_form)
            if rows_form is None:
                return _onward(request, "tribes")
            status = 200 if made else 422
        else:
            status = 422 if rows_form.errors else 200
    rows = _rows(rows_form, proposed) if rows_form else []
    ready = sum(row["ready"] for row in rows)
    context = {
        "form": rows_form or text_form,
        "text_form": text_form,
        "rows": rows,
        "ready": ready,
        "to_correct": len(rows) - ready,
        "departments": live,
        "existing": Tribe.objects.filter(archived_at=None)[:100],
    }
    return _page(request, "tribes", context, status)


def _preview(text_form: TribeTextForm, live: list[Department]) -> tuple[TribeRowsForm | None, set[int]]:
    """The rows as read, and the numbers of those whose code is proposed."""
    text = text_form.cleaned_data["text"]
    lines = tribe_lines.parse(text, Tribe.objects.values_list("code", flat=True))
    if not lines or len(lines) > tribe_lines.LINES_AT_MOST:
        most = {"most": tribe_lines.LINES_AT_MOST}
        text_form.add_error("text", _("At most %(most)s lines at a time.") % most if lines else _("Name at least one."))
        return None, set()
    data = {"department": str(live[0].pk) if live else ""}
    for number, line in enumerate(lines, 1):
        data |= {f"code-{number}": line.code, f"name-{number}": line.name}
    form = TribeRowsForm(data, rows=len(lines), departments=live)
    form.is_valid()
    return form, {number for number, line in enumerate(lines, 1) if line.is_proposed}


def _create_ready(request: OrgRequest, form: TribeRowsForm) -> tuple[TribeRowsForm | None, int]:
    """Create the rows that are right; the form of those that stay, and how many were made."""
    numbers = [number for number in form.numbers if form.is_ready(number)]
    if form.department is None:
        if "department" not in form.fields:
            form.add_error(None, _("Name a department first: it will hold them."))
        return form, 0
    if not numbers:
        return form, 0
    rows = [form.row(number) for number in numbers]
    try:
        made, change = create_tribes(form.department, rows, by=Actor(request.membership))
    except RuleBroken as broken:
        name, _dash, index = (broken.field or "name-1").partition("-")
        form.add_error(f"{name}-{numbers[int(index) - 1]}", broken.message)
        return form, 0
    say_done(request, ngettext("%(n)s created", "%(n)s created", len(made)) % {"n": len(made)}, change.id)
    return _only(form, [number for number in form.numbers if number not in numbers]), len(made)


def _only(form: TribeRowsForm, numbers: list[int]) -> TribeRowsForm | None:
    """These rows as they were sent, counted anew; None where there are none."""
    if not numbers:
        return None
    data = {"department": form.data.get("department", "")}
    for position, number in enumerate(numbers, 1):
        data |= {f"{part}-{position}": form.data.get(f"{part}-{number}", "") for part in ("code", "name")}
    rest = TribeRowsForm(data, rows=len(numbers), departments=form.departments)
    rest.is_valid()
    return rest


def _without(form: TribeRowsForm, sent: QueryDict) -> tuple[TribeRowsForm | None, set[int]]:
    """The rows but for the one that is left out, and the numbers of those whose code is still a proposal."""
    numbers = [number for number in form.numbers if str(number) != sent["leave_out"]]
    proposed = {position for position, number in enumerate(numbers, 1) if str(number) in sent.getlist("proposed")}
    return _only(form, numbers), proposed


def _rows(form: TribeRowsForm, proposed: set[int]) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "code": form[f"code-{number}"],
            "name": form[f"name-{number}"],
            "ready": form.is_ready(number),
            "proposed": number in proposed,
        }
        for number in form.numbers
    ]


@require_http_methods(METHODS)
@permission_required(Permission.MANAGE_SETTINGS)
@never_cache
def year(request: OrgRequest) -> HttpResponse:
    """The year that today lies in, its quarters, and the one that is open at once."""
    years = list(Year.objects.all())
    today = Clock.of(request.org).today
    proposed = propose_year(request.org.year_starts_month, today)
    now = next((index for index, days in enumerate(proposed[1], 1) if days[0] <= today <= days[1]), 1)
    form = FirstYearForm(
        request.POST if request.method == "POST" else None, proposed=proposed, initial={"open_quarter": now}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            create_year(data["number"], **form.days, by=Actor(request.membership), open_quarter=data["open_quarter"])
        except RuleBroken as broken:
            form.add_error(broken.field if broken.field in form.fields else None, broken.message)
        else:
            return _onward(request, "year")
    return _page(request, "year", {"form": form, "years": years}, 422 if form.errors else 200)


@require_safe
@permission_required(Permission.EDIT_STRATEGY)
@never_cache
def objective(request: OrgRequest) -> HttpResponse:
    return _page(request, "objective", {"write_url": objective_url(Clock.of(request.org))})


@require_POST
@permission_required(Permission.MANAGE_SETTINGS)
def hide(request: OrgRequest) -> HttpResponse:
    change = hide_first_steps(request.org, by=Actor(request.membership))
    say_done(request, _("First steps put away"), change.id)
    return redirect("home", org=request.org.slug)
