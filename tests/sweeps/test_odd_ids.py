"""Numbers in addresses that no database holds."""

import re

from tests.sweeps.routes import all_routes

TOO_LARGE = "9" * 20
PARTS = {"str:code": "DRV", "slug:code": "nothing", "slug:quarter": "2026-q2"}


def test_a_number_that_is_too_large_is_not_found(admin, world):
    """On every route with a number, whatever is asked of it."""
    patterns = [route.pattern for route in all_routes() if "<int:" in route.pattern]
    assert len(patterns) > 60
    parts = {**PARTS, "slug:org": world.org.slug}
    for pattern in patterns:
        path = re.sub(r"<([a-z]+:[a-z_]+)>", lambda found: parts.get(found[1], TOO_LARGE), pattern)
        for answer in (admin.get(f"/{path}"), admin.post(f"/{path}")):
            assert answer.status_code in (404, 405), path
