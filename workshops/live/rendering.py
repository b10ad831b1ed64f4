"""Drawing the regions of a session, in a thread: the only place where a change costs queries."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from django.utils import timezone, translation

from orgs import tenancy
from orgs.models import Organization
from workshops.live.registry import Kind

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Regions to draw for one audience in one language."""

    audience: str
    language: str
    regions: Sequence[str]


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
                                html = kind.regions[region](loaded, one.audience)
                            except Exception:
                                log.exception("live_region_not_drawn", kind=kind.name, region=region)
                                failed.add(region)
                            else:
                                done(one, region, html)
    except Exception:
        log.exception("live_session_not_drawn", kind=kind.name)
        return {region for one in wanted for region in one.regions}
    return failed
