"""What the forms that hold an agenda answer, a plan's and a template's: they change its rows without saving them, too."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from orgs.conflicts import Conflict
from orgs.http import OrgRequest

CONFLICT, REFUSED = 409, 422


def sent(request: OrgRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def answered(request: OrgRequest, name: str, page: Any, conflict: Conflict | None, **context: Any) -> HttpResponse:
    """The template `name` with the page's form, which is refused (422), clashes with another version (409) or holds (200)."""
    if page.moves_rows:
        status = 200
        page.form.errors.clear()  # nothing is judged before it is sent to be saved
    else:
        status = CONFLICT if conflict else REFUSED if page.form.errors else 200
    return render(request, name, {"form": page.form, "page": page, "conflict": conflict, **context}, status=status)
