"""Drawing the regions of a session, in a thread: the only place where a change costs queries."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.utils import timezone, translation

from orgs import tenancy
from orgs.models import Organization
from workshops.live.registry import Kind, Parts, region_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Regions to draw for one audience in one language. `known`: what it has been shown of them, parts by their names."""

    audience: str
    language: str
    regions: Sequence[str]
    known: frozenset[str] = frozenset()


def draw(
    kind: Kind, org: int, key: str, wanted: Sequence[Wanted], done: Callable[[Wanted, str, str], None]
) -> set[str]:
    """Call `done(wanted, region, html)` for each region as soon as it is drawn; the regions that could not be drawn.

    Times are shown as in the organization.
    """
    failed: set[str] = set()
    try:
        with tenancy.tenant(org):
            organization = Organization.objects.get(pk=org)
            with timezone.override(organization.zone):
                loaded = kind.load(organization, key)
                for one in wanted:
                    with translation.override(one.language):
                        for region in one.regions:
                            try:
                                for name, html in _drawn(kind, loaded, one, region):
                                    done(one, name, html)
                            except Exception:
                                log.exception("live_region_not_drawn", kind=kind.name, region=region)
                                failed.add(region)
    except Exception:
        log.exception("live_session_not_drawn", kind=kind.name)
        return {region for one in wanted for region in one.regions}
    return failed


def _drawn(kind: Kind, loaded: Any, one: Wanted, wanted: str) -> Iterator[tuple[str, str]]:
    """Names of elements with their HTML: one of a plain region; of one with parts the wanted one or all, and nothing for
    those that are gone."""
    region, dot, part = wanted.partition(".")
    renderer = kind.regions[region]
    if not isinstance(renderer, Parts):
        yield region, renderer(loaded, one.audience)
        return
    there = list(renderer.names(loaded, one.audience))
    for name in there:
        if not dot or name == part:
            yield f"{region}.{name}", renderer.draw(loaded, one.audience, name)
    now = {f"{region}.{name}" for name in there}
    known = {wanted} if dot else {name for name in one.known if name != region and region_of(name) == region}
    for name in sorted(known - now):
        yield name, ""
