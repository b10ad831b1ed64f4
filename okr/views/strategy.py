"""The strategy of a year, and what one of its key results opens into."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from okr.pages.strategy import branch_of, strategic_key_result, strategy_page
from okr.pages.strategy_filters import Filters
from okr.pages.strategy_grid import goals_of_year, strategy_grid
from okr.readings import Clock
from okr.views.parts import strategy_context
from orgs.caching import kept_while_unchanged
from orgs.http import OrgRequest
from orgs.permissions import Permission, can, permission_required


@require_safe
@kept_while_unchanged
def strategy(request: OrgRequest, year: int | None = None) -> HttpResponse:
    """The whole page; for htmx the choices and the table, narrowed by the filters in the address."""
    page = strategy_page(
        request.org,
        Filters.of(request.GET),
        year=year,
        page=request.GET.get("page"),
        with_rationale=can(request.membership, Permission.VIEW_RATIONALE),
        may_write=can(request.membership, Permission.EDIT_STRATEGY),
    )
    if not request.htmx:
        return render(request, "okr/strategy.html", {"page": page})
    response = render(request, "okr/strategy.html#results", {"page": page})
    response["HX-Replace-Url"] = page.url
    return response


@require_safe
@permission_required(Permission.EDIT_STRATEGY)
@kept_while_unchanged
def write(request: OrgRequest, year: int) -> HttpResponse:
    """The same objectives and key results, drafts too, where they are written in place."""
    grid = strategy_grid(year, request.membership, Clock.of(request.org))
    return render(request, "okr/strategy_write.html", strategy_context(grid, goals_of_year(grid)))


@require_safe
@kept_while_unchanged
def branch(request: OrgRequest, pk: int) -> HttpResponse:
    """The rows below one key result, or none when it is closed. The query is the page's: filters and open branches."""
    key_result = strategic_key_result(pk)
    url = reverse("strategy_year", args=[request.org.slug, str(key_result.objective.year)])
    if not request.htmx:
        return redirect(f"{url}{Filters(open=(pk,)).query()}")
    filters = Filters.of(request.GET)
    opened = None
    if pk in filters.open:
        opened = branch_of(key_result, request.org, with_rationale=can(request.membership, Permission.VIEW_RATIONALE))
    context = {"pk": str(pk), "code": key_result.code, "branch": opened}
    response = render(request, "okr/_branch_swap.html", context)
    response["HX-Push-Url"] = f"{url}{filters.query()}"
    return response
