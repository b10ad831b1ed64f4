"""What a person has chosen for themself, or for this browser."""

from typing import Any

from django.http import HttpRequest

from orgs.models import Theme


def theme_of(request: HttpRequest) -> str:
    """The person's, else this browser's; "" where none was chosen. Asks nobody who it is: pages that know do."""
    person: Any = getattr(request, "_cached_user", None)
    chosen = getattr(person, "theme", "") or request.COOKIES.get("theme", "")
    return chosen if chosen in Theme.values else ""
