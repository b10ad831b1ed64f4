"""Following a tribe, an objective or a key result, and hearing nothing of it any more.

It is one's own affair: no audit, no history, and no other member's pages change.
"""

from django.db import transaction
from django.db.models import F

from okr.following import Followed, Why, loaded_why, topic_of
from okr.models import Follow
from orgs.models import Membership


@transaction.atomic
def set_following(thing: Followed, hears: bool, *, by: Membership) -> bool:
    """Have this member hear of the thing, or not; whether that was a change. A second call changes nothing.

    Needs `objective` and `tribe` of the thing loaded. What is theirs, or comes with what they follow, is muted.
    """
    Membership.objects.select_for_update(no_key=True).filter(pk=by.pk).values_list("pk").first()
    if loaded_why(thing, by).hears == hears:
        return False
    own = {topic_of(thing): thing}
    Follow.objects.filter(membership=by, **own).delete()
    left: Why = loaded_why(thing, by)
    if left.hears != hears:
        Follow.objects.create(membership=by, muted=not hears, **own)
    Membership.objects.filter(pk=by.pk).update(own_version=F("own_version") + 1)
    return True
