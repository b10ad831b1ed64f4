"""Conversations in which somebody waits for my answer."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from okr import mentions
from okr.conversations import LIVE, Thing, address_of, thing_of
from okr.models import Comment, Initiative, Mention, Objective
from orgs.models import Membership

AT_MOST = 3
ASKED_WITHIN = dt.timedelta(days=30)
EXCERPT = 160


@dataclass(frozen=True, slots=True)
class Question:
    asked: str  # "Directrice E-commerce on DRV C1"
    text: str
    url: str


def questions_to(member: Membership) -> list[Question]:
    """The latest first: one query, one more where there is one.

    An open conversation waits for me whose last word is another's and either mentions me since my own last, or is about
    what is mine and I have said nothing in it.
    """
    rows = list(_waiting(member)[:AT_MOST])
    prefetch_related_objects(rows, "mentions__user")
    return [_question(row, member) for row in rows]


def _waiting(member: Membership) -> QuerySet:
    """The last words of those conversations. Begins with what concerns the member, which is little, not with all that is said."""
    said = Comment.objects.filter(Q(pk=OuterRef("pk")) | Q(thread=OuterRef("pk")), deleted_at=None).order_by("-pk")
    theirs = Mention.objects.filter(membership=member, comment__deleted_at=None)
    is_mine = Q(objective__owner=member) | Q(key_result__owner=member) | Q(initiative__owner=member)
    is_mentioned = Q(pk__in=theirs.values(thread_of=Coalesce("comment__thread_id", "comment_id")))
    threads = (
        Comment.objects.threads()
        .filter(LIVE, is_mine | is_mentioned, resolved_at=None)
        .annotate(
            last=Subquery(said.values("pk")[:1]),
            my_last=Coalesce(Subquery(said.filter(author=member).values("pk")[:1]), 0),
        )
        .filter(
            Q(my_last=0) & is_mine
            | Exists(
                theirs.filter(
                    Q(comment=OuterRef("pk")) | Q(comment__thread=OuterRef("pk")), comment__gt=OuterRef("my_last")
                )
            )
        )
    )
    return (
        Comment.objects.filter(pk__in=threads.values("last"), created_at__gte=timezone.now() - ASKED_WITHIN)
        .exclude(author=member)
        .select_related("author__user", "objective__tribe", "key_result__objective__tribe", "initiative")
        .order_by("-pk")
    )


def _question(comment: Comment, member: Membership) -> Question:
    names = {one.pk: one.name for one in comment.mentions.all()}
    text = mentions.written(comment.text, names)
    asked = {"name": comment.author.name if comment.author else _("Somebody"), "about": _about(thing_of(comment))}
    return Question(
        asked=_("%(name)s on %(about)s") % asked,
        text=text if len(text) <= EXCERPT else f"{text[:EXCERPT].rstrip()}…",
        url=f"/o/{member.org.slug}/{address_of(comment)}",
    )


def _about(thing: Thing) -> str:
    """ "1.4", "DRV C1"; an initiative by its title."""
    if isinstance(thing, Initiative):
        return thing.title
    objective = thing if isinstance(thing, Objective) else thing.objective
    return f"{objective.tribe.code} {thing.code}" if objective.tribe else thing.code
