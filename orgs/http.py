"""What a request is by the time it reaches a page, and what of it may be followed."""

import json
import re
import uuid

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from orgs.models import Membership, Organization, User

CLIENT_ID = re.compile(r"[0-9A-Za-z.-]{8,64}")
SENT = uuid.UUID("5d1c2f1e-7c55-4b0e-9f0b-2f4f4d1f6a37")


class AccountRequest(HttpRequest):
    """Somebody has signed in."""

    user: User
    htmx: HtmxDetails


class OrgRequest(AccountRequest):
    """orgs.middleware.OrganizationMiddleware has admitted a member and made the organization current."""

    org: Organization
    membership: Membership


def client_id_of(request: OrgRequest) -> uuid.UUID | None:
    """Names what this POST asks for, so that it is done once however often it comes (orgs.actions.once).

    Follows from the form's `client_id` ({% client_id %}, or static/js/unsent.js), from who sends it, where to and with what:
    a form that was changed and sent again asks for something else. None without such an id, or for one that looks like none.
    """
    said = request.POST.get("client_id", "")
    if not CLIENT_ID.fullmatch(said):
        return None
    fields = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    return uuid.uuid5(SENT, json.dumps([request.membership.pk, request.path, fields]))


def way_back(target: str) -> str:
    """The `next` of a form or an address where it is a path of this site, "" for anything else."""
    safe = target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if safe else ""
