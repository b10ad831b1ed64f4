"""What conversations are about: an objective, a key result or an initiative."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from okr.models import Comment, Initiative, KeyResult, Objective

Thing = Objective | KeyResult | Initiative


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of thing; `name` is its field in a comment and the name of its page, `folder` its place in addresses."""

    name: str
    model: Any
    folder: str
    related: tuple[str, ...]

    @property
    def live(self) -> QuerySet:
        return self.model.objects.live().select_related(*self.related)

    def path(self, pk: int) -> str:
        """Its page, below /o/<slug>/."""
        return f"{self.folder}/{pk}/"


_OBJECTIVE = ("year", "quarter__year", "tribe", "department__committee")
_LIST = (
    Topic("objective", Objective, "objectives", _OBJECTIVE),
    Topic("key_result", KeyResult, "key-results", tuple(f"objective__{name}" for name in _OBJECTIVE)),
    Topic("initiative", Initiative, "initiatives", ("quarter__year", "tribe")),
)
TOPICS = {topic.name: topic for topic in _LIST}
LIVE = (
    Q(objective__isnull=False, objective__archived_at=None)
    | Q(key_result__isnull=False, key_result__archived_at=None, key_result__objective__archived_at=None)
    | Q(initiative__isnull=False, initiative__archived_at=None)
)


def topic_of(thing: Thing) -> Topic:
    return next(topic for topic in _LIST if isinstance(thing, topic.model))


def topic_of_comment(comment: Comment) -> Topic:
    return next(topic for topic in _LIST if getattr(comment, f"{topic.name}_id") is not None)


def thing_of(comment: Comment) -> Thing:
    """A query, unless it is loaded."""
    thing: Thing = getattr(comment, topic_of_comment(comment).name)
    return thing


def title_of(thing: Thing) -> str:
    """ "1.4 Missing items replaced…"; a key result needs its objective loaded."""
    return thing.title if isinstance(thing, Initiative) else f"{thing.code} {thing.title}"


def address_of(comment: Comment) -> str:
    """Where the comment is read, below /o/<slug>/."""
    topic = topic_of_comment(comment)
    path = topic.path(getattr(comment, f"{topic.name}_id"))
    return f"{path}?comment={comment.pk}#comment-{comment.pk}"
