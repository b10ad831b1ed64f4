"""A key result of a quarter that is over, in short."""

from dataclasses import replace

from okr.demo.proposals import idea
from okr.demo.shapes import KeyResultSpec
from okr.models import KeyResult


def came_to(
    title: str, span: str, now: str, owner: str, source: str, learning: str, *, metric: str = "", confidence: int = 6
) -> KeyResultSpec:
    """`span` as a proposal has it: “9.5 → 7.0 min”. `now` is its final value."""
    return replace(
        idea(title, span, owner, source), metric=metric or title, now=now, learning=learning, confidence=confidence
    )


def committed(spec: KeyResultSpec, miss: str = "") -> KeyResultSpec:
    """The same, promised; `miss` says why it was not reached."""
    return replace(spec, ambition=KeyResult.Ambition.COMMITTED, miss=miss)
