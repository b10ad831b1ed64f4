"""What the nine tribes of Coursive propose for the next quarter: about a hundred key results, before the CoDir prunes."""

from okr.demo.shapes import KeyResultSpec
from okr.models import KeyResult

Unit = KeyResult.Unit
UNITS = {
    "%": Unit.PERCENT,
    "€": Unit.MONEY,
    "pts": Unit.POINTS,
    "jours": Unit.DAYS,
    "note": Unit.RATIO,
    "fait": Unit.DONE,
}


def idea(title: str, span: str, owner: str, source: str = "") -> KeyResultSpec:
    """A proposal in one line. `span`: "5.4 → 4.0 min" ("?" where the start is not known yet), or "fait" for done / not."""
    start, arrow, rest = span.partition("→")
    if not arrow:
        return KeyResultSpec(title=title, metric=title, unit=UNITS[span], owner=owner, source=source)
    target, *units = rest.split()
    unit = units[0] if units else ""
    return KeyResultSpec(
        title=title,
        metric=title,
        unit=UNITS.get(unit, Unit.COUNT),
        label="" if unit in UNITS else unit,
        span=(start.strip().replace("?", ""), target),
        owner=owner,
        source=source,
    )
