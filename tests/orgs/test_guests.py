"""People without an account: guests whom a view lets in by a door of its own."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse

from orgs.middleware import OrganizationMiddleware
from orgs.views.errors import forbidden
from tests import factories

pytestmark = pytest.mark.django_db


def test_an_address_with_a_nul_is_nothing_before_any_door_looks_for_it(rf):
    asked = []

    def room(request, code):
        return HttpResponse()

    room.guest_door = lambda request, slug, kwargs: asked.append(kwargs)
    request = rf.get("/")
    request.user = AnonymousUser()
    with pytest.raises(Http404):
        OrganizationMiddleware(room).process_view(request, room, [], {"org": "coursive", "code": "a\x00b"})
    assert asked == []


@pytest.mark.parametrize("signed_in", [True, False])
def test_only_who_is_signed_in_is_told_so(rf, signed_in):
    request = rf.get("/")
    request.user = factories.user("Ada Known", "ada@nova.example") if signed_in else AnonymousUser()
    request.org = request.membership = None
    answer = forbidden(request)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert ("You are signed in" in page) is signed_in
    assert ("ask whoever leads it" in page) is not signed_in
