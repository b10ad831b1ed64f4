"""A long paste is neither cut off in silence nor lost: the form says how long it may be, and keeps it."""

import re

import pytest
from django.test import Client

LONG = "n" * 10_000


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("settings/organization/", "name"),
        ("settings/structure/tribes/new/", "name"),
        ("settings/structure/tribes/new/", "mission"),
        ("first-steps/departments/", "names"),
        ("/profile/", "name"),
        ("/accounts/signup/", "name"),
    ],
)
def test_what_is_too_long_is_said_and_kept(admin, world, address, field):
    browser = Client() if "signup" in address else admin
    url = address if address.startswith("/") else f"/o/{world.org.slug}/{address}"
    page = browser.get(url).content.decode()
    controls = re.findall(rf'<(?:input|textarea) [^>]*name="{field}"[^>]*>', page)
    assert controls
    assert "maxlength" not in "".join(controls)
    answer = browser.post(url, {field: LONG})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert LONG in page
    assert re.search(r"at most [0-9,]+ characters|too long", page)
