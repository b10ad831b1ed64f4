"""“Keep as is”: setting a piece of advice of the wording coach aside, with a reason."""

import hashlib
import unicodedata

from django.db import transaction
from django.utils.translation import gettext as _

from okr.actions.rules import require_edit
from okr.coach import Rule
from okr.models import CoachDismissal, KeyResult, Objective, Year
from orgs.actions.audit import Actor, hold_organization, record
from orgs.models import Tribe
from orgs.rules import RuleBroken

DISMISSED = "coach_dismissed"
LONGEST_REASON = 240


def digest_of(text: str) -> str:
    """Names a text: the same one whatever its spaces, and however its letters are composed."""
    return hashlib.sha256(" ".join(unicodedata.normalize("NFC", text).split()).encode()).hexdigest()


def spoken_for_by(thing: Objective | KeyResult) -> Objective | KeyResult | Tribe | Year:
    """Under what a wording is kept: the thing itself, or the tribe or the year of an objective that is not saved yet."""
    place = thing if thing.pk is not None or isinstance(thing, KeyResult) else thing.tribe or thing.year
    assert place is not None
    return place


@transaction.atomic
def keep_wording(thing: Objective | KeyResult, rule: str, text: str, reason: str, *, by: Actor) -> CoachDismissal:
    """The rule is silent about this text of the thing from now on. A key result that is not saved yet is spoken for by
    its objective, an objective by its tribe or its year. Again with another reason changes nothing. Raises PermissionDenied or RuleBroken.
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
    place = spoken_for_by(thing)
    dismissal, is_new = CoachDismissal.objects.get_or_create(
        object_type=place._meta.model_name,
        object_id=place.pk,
        rule=rule,
        text_digest=digest_of(text),
        defaults={"reason": reason, "by": by.membership},
    )
    if is_new:
        record(by, DISMISSED, place, after={"rule": rule}, reason=reason)
    return dismissal
