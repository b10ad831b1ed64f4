"""“Keep as is”: setting a piece of advice of the wording coach aside, with a reason."""

import hashlib
import unicodedata

from django.db import transaction
from django.utils.translation import gettext as _

from okr.actions.rules import require_edit
from okr.coach import Rule
from okr.models import CoachDismissal, KeyResult, Objective
from orgs.actions.audit import Actor, hold_organization, record
from orgs.rules import RuleBroken

DISMISSED = "coach_dismissed"
LONGEST_REASON = 240


def digest_of(text: str) -> str:
    """Names a text: the same one whatever its spaces, and however its letters are composed."""
    return hashlib.sha256(" ".join(unicodedata.normalize("NFC", text).split()).encode()).hexdigest()


@transaction.atomic
def keep_wording(thing: Objective | KeyResult, rule: str, text: str, reason: str, *, by: Actor) -> CoachDismissal:
    """The rule is silent about this text of the thing from now on. A key result that is not saved yet is spoken for by
    its objective. Again with another reason changes nothing. Raises PermissionDenied or RuleBroken.
    """
    require_edit(by.membership, thing)
    hold_organization()
    if rule not in set(Rule) or rule.startswith("STRUCT_"):
        raise RuleBroken(_("Only advice can be set aside."))
    reason = " ".join(reason.split())
    if not reason:
        raise RuleBroken(_("Say in a few words why the wording stays."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise RuleBroken(_("At most %(most)s characters.") % {"most": LONGEST_REASON}, field="reason")
    dismissal, is_new = CoachDismissal.objects.get_or_create(
        object_type=thing._meta.model_name,
        object_id=thing.pk,
        rule=rule,
        text_digest=digest_of(text),
        defaults={"reason": reason, "by": by.membership},
    )
    if is_new:
        record(by, DISMISSED, thing, after={"rule": rule}, reason=reason)
    return dismissal
