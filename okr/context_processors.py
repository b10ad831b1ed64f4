from typing import Any, cast

from django.http import HttpRequest

from okr.shell import Shell
from orgs.http import OrgRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell` for pages inside an organization; nothing outside."""
    return {"shell": Shell(cast(OrgRequest, request))} if getattr(request, "org", None) is not None else {}
