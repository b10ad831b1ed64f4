"""Units and multipliers as people write them, folded."""

from enum import StrEnum

from okr.coach.text import Text


class Unit(StrEnum):
    PERCENT = "percent"
    POINTS = "points"
    MONEY = "money"
    TIME = "time"
    TIMES = "times"
    RATIO = "ratio"  # 4.5/5, one in three


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LONG_TIMES = words(
    "semaine semaines week weeks mois month months trimestre trimestres quarters an ans annee annees year years"
)
_SHORT_TIMES = words(
    "ms s sec secs seconde secondes second seconds min mins mn minute minutes "
    "h hr hrs heure heures hour hours j jour jours d day days"
)
_UNITS = {
    **dict.fromkeys(words("% ‰ percent pct pourcent"), Unit.PERCENT),
    **dict.fromkeys(words("pt pts point points pp bps etoile etoiles star stars"), Unit.POINTS),
    **dict.fromkeys(words("€ $ £ eur euro euros usd dollar dollars gbp chf"), Unit.MONEY),
    **dict.fromkeys(_SHORT_TIMES | LONG_TIMES, Unit.TIME),
    **dict.fromkeys(words("fois times x ×"), Unit.TIMES),
}
CURRENCIES = frozenset("€$£")
MULTIPLIERS = words("k m md mds mrd bn million millions milliard milliards billion thousand mille")


def unit_at(text: Text, index: int) -> tuple[Unit | None, int]:
    """The unit that stands here, and how many tokens it takes."""
    low = text.low(index)
    if text.has(index, ("pour", "cent")) or text.has(index, ("per", "cent")):
        return Unit.PERCENT, 2
    if low in _UNITS:
        return _UNITS[low], 1
    if text.glued(index) and low[:1] == "h" and low[1:].isdecimal():  # 2h30
        return Unit.TIME, 1
    if text.glued(index) and low[-1:] in ("€", "$") and low[:-1] in MULTIPLIERS:
        return Unit.MONEY, 1
    return None, 0
