from typing import Any

from django.http import HttpRequest

from okr.shell import Shell


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell` for pages inside an organization; nothing outside."""
    return {"shell": Shell(request)} if getattr(request, "org", None) is not None else {}
