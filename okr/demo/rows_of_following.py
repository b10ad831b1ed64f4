"""Who follows what beyond their own, and the news that it has brought them."""

import datetime as dt
from collections import defaultdict
from dataclasses import replace

from django.utils import timezone

from okr.actions.news import CHECK_INS, news_of
from okr.demo.state import Loading
from okr.models import Follow
from orgs.actions.notifications import notify_all
from orgs.models import AuditEvent, Membership, Notification

# By person: codes of tribes, key results ("1.4", "open DRV A1"), and objectives by a key result of theirs.
FOLLOWED = {
    "ecommerce": ("DRV", "LAD", "1.4", "objective 1.4"),
    "marketing": ("FID", "objective 3.1"),
    "cabinet": ("1.4", "2.1", "DRV"),
    "coach": ("DRV", "FID"),
    "DRV.P": ("1.4", "PRP"),
}
NEWS_OF = dt.timedelta(days=8)
UNREAD_FOR = dt.timedelta(days=3)


def write_following(loading: Loading) -> None:
    rows = [
        Follow(membership=loading.members[person], **_about(loading, name))
        for person, names in FOLLOWED.items()
        if person in loading.members
        for name in names
        if _about(loading, name)
    ]
    loading.create(rows)
    if rows:
        _write_news({row.membership_id for row in rows}, loading)


def _about(loading: Loading, name: str) -> dict[str, object]:
    if name in loading.tribes:
        return {"tribe": loading.tribes[name]}
    if name.startswith("objective "):
        found = loading.key_results.get(name.removeprefix("objective "))
        return {"objective": found.objective} if found else {}
    return {"key_result": loading.key_results[name]} if name in loading.key_results else {}


def _write_news(followers: set[int], loading: Loading) -> None:
    """From the trail of the last days, as okr.actions.news tells it, to those followers alone."""
    events = AuditEvent.objects.filter(verb__in=CHECK_INS, at__gte=loading.now - NEWS_OF).order_by("at")
    by_actor: defaultdict[int, list[AuditEvent]] = defaultdict(list)
    at: dict[str, dt.datetime] = {}
    for event in events:
        if event.actor_id is not None:
            by_actor[event.actor_id].append(event)
            at[f"key-results/{event.object_id}/"] = event.at
    actors = Membership.objects.select_related("user", "org").in_bulk(list(by_actor))
    for pk, done in by_actor.items():
        news = [replace(one, recipients=followers & set(one.recipients)) for one in news_of(actors[pk], done)]
        notify_all([one for one in news if one.recipients])
    written = list(Notification.objects.filter(kind__in=Notification.NEWS))
    for row in written:
        row.created_at = at.get(row.path, timezone.now())
        if row.created_at < loading.now - UNREAD_FOR:
            row.read_at = row.created_at + UNREAD_FOR
    Notification.objects.bulk_update(written, ["created_at", "read_at"])
    loading.counts["Notification"] += len(written)
