"""A key result that the CoDirs did not keep, and why."""

from dataclasses import dataclass

from okr.demo.proposals import idea
from okr.demo.shapes import KeyResultSpec


@dataclass(frozen=True)
class NotKept:
    """`objective`: “DRV A”. `into`: what it was merged into, “PRP A1”; of the running quarter, as all here."""

    objective: str
    spec: KeyResultSpec
    outcome: str
    reason: str
    into: str = ""


def defer(objective: str, title: str, span: str, owner: str, source: str, reason: str) -> NotKept:
    return NotKept(objective, idea(title, span, owner, source), "defer", reason)


def drop(objective: str, title: str, span: str, owner: str, source: str, reason: str) -> NotKept:
    return NotKept(objective, idea(title, span, owner, source), "drop", reason)


def merge(objective: str, title: str, span: str, owner: str, source: str, reason: str, into: str) -> NotKept:
    return NotKept(objective, idea(title, span, owner, source), "merge", reason, into)
