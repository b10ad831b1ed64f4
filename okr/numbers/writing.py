"""Figures as they are shown."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from itertools import pairwise

from okr.numbers.units import CURRENCY_SIGNS, MINUS, NBSP, Unit, is_french

_MILLION = Decimal(10) ** 6
_HUNDRED = Decimal(100)
_MILLIONS_DIGITS = 3
_CONTEXT = Context(prec=50, rounding=ROUND_HALF_UP)


def format_number(value: Decimal, language: str, *, decimals: int | None = None, sign: bool = False) -> str:
    """A bare figure: "10 000", "−1,80". Its own decimals without trailing zeros, or `decimals`, halves up."""
    if decimals is not None:
        value = round_to(value, decimals)
    text = f"{value:,f}"
    if decimals is None and "." in text:
        text = text.rstrip("0").removesuffix(".")
    negative = text[0] == "-"
    if negative:
        text = text[1:]
    mark = ""
    if value:
        mark = MINUS if negative else "+" if sign else ""
    if is_french(language):
        text = text.replace(",", NBSP).replace(".", ",")
    return mark + text


def round_to(value: Decimal, decimals: int) -> Decimal:
    """Rounded to a number of decimals, halves away from zero."""
    return value.quantize(Decimal(1).scaleb(-decimals), context=_CONTEXT)


def format_value(
    value: Decimal,
    unit: str,
    language: str,
    *,
    sign: bool = False,
    currency: str = "EUR",
    decimals: int | None = None,
    unit_label: str = "",
) -> str:
    """A figure with its unit: "59,2 %", "−€1.80", "13,1 M€", "+3 pts", "11.2 min".

    Money has cents or none, and from a million on is shortened to three significant digits of millions (`decimals`
    then counts those of the millions). `unit_label` replaces the unit's own word, not % or the currency. DONE is a
    share, written as a percentage.
    """
    if unit == Unit.MONEY:
        return _format_money(value, language, sign=sign, currency=currency, decimals=decimals)
    if unit == Unit.DONE:
        value = _CONTEXT.multiply(value, _HUNDRED)
    if decimals is not None:
        value = round_to(value, decimals)  # its unit agrees with what is read
    text = format_number(value, language, decimals=decimals, sign=sign)
    return text + _suffix(value, unit, language, unit_label)


def _suffix(value: Decimal, unit: str, language: str, unit_label: str) -> str:
    french = is_french(language)
    if unit in (Unit.PERCENT, Unit.DONE):
        return f"{NBSP}%" if french else "%"
    if unit_label:
        return NBSP + unit_label
    if unit not in (Unit.POINTS, Unit.DAYS):
        return ""
    # French has a singular up to 2, English up to 1 and a plural for zero.
    single = abs(value) < 2 if french else 0 < abs(value) <= 1
    if unit == Unit.POINTS:
        return f"{NBSP}pt" if single else f"{NBSP}pts"
    word = "jour" if french else "day"
    return f"{NBSP}{word}" if single else f"{NBSP}{word}s"


def _format_money(value: Decimal, language: str, *, sign: bool, currency: str, decimals: int | None) -> str:
    if abs(value) >= _MILLION:
        millions = _in_millions(value)
        if decimals is None:
            millions = round_to(millions, _decimals_of_millions(millions))
        return _with_currency(format_number(millions, language, decimals=decimals, sign=sign), "M", language, currency)
    if decimals is None and value != value.to_integral_value():
        decimals = max(2, own_decimals(value))
    return _with_currency(format_number(value, language, decimals=decimals, sign=sign), "", language, currency)


def _with_currency(text: str, millions: str, language: str, currency: str) -> str:
    symbol = CURRENCY_SIGNS.get(currency)
    if is_french(language):
        gap = NBSP if millions and not symbol else ""
        return f"{text}{NBSP}{millions}{gap}{symbol or currency}"
    mark = text[0] if text[0] in "+" + MINUS else ""
    return f"{mark}{symbol or currency + NBSP}{text.removeprefix(mark)}{millions}"


def _in_millions(value: Decimal) -> Decimal:
    return value.scaleb(-6, _CONTEXT)


def own_decimals(value: Decimal) -> int:
    """How many decimals write the value exactly, without trailing zeros."""
    return len(f"{value:f}".partition(".")[2].rstrip("0"))


def _decimals_of_millions(millions: Decimal) -> int:
    return max(_MILLIONS_DIGITS - 1 - millions.adjusted(), 0)


def whole_percent(progress: Decimal) -> int:
    """A progress in whole percent, halves away from zero, unclamped; 99 for whatever is just short of the target."""
    percent = int(round_to(_CONTEXT.multiply(progress, _HUNDRED), 0))
    return 99 if percent == 100 and progress < 1 else percent


def format_percent(progress: Decimal, language: str) -> str:
    """A progress (share of the way, unclamped): "29 %", "−12 %", "130 %"; see `whole_percent`."""
    percent = whole_percent(progress)
    digits = f"{MINUS}{-percent}" if percent < 0 else str(percent)
    return f"{digits}{NBSP}%" if is_french(language) else f"{digits}%"


def format_delta(
    delta: Decimal,
    unit: str,
    language: str,
    *,
    currency: str = "EUR",
    decimals: int | None = None,
    unit_label: str = "",
    beside: Sequence[Decimal] = (),
    finer: int = 0,
) -> str:
    """A change with its sign; percentages and milestones change by points: "+3 pts", "−1,6 pt", "+€6.4M".

    `beside` are the figures that it stands next to: it is written as `format_span` writes them, with their decimals and
    in millions where they are, and `finer` adds decimals.
    """
    if unit == Unit.MONEY and beside:
        short, places = _money_scale(beside)
        if short:
            delta = _in_millions(delta)
        places += finer if short or places else 0  # whole euros stay whole
        shown = format_number(delta, language, decimals=places, sign=True)
        return _with_currency(shown, "M" if short else "", language, currency)
    if unit == Unit.DONE:
        delta = _CONTEXT.multiply(delta, _HUNDRED)
        beside = [_CONTEXT.multiply(value, _HUNDRED) for value in beside]
    if beside:
        decimals = max(map(own_decimals, beside)) + finer
    if unit in (Unit.PERCENT, Unit.DONE):
        unit, unit_label = Unit.POINTS, ""
    return format_value(delta, unit, language, sign=True, currency=currency, decimals=decimals, unit_label=unit_label)


def format_span(
    start: Decimal | None,
    now: Decimal | None,
    target: Decimal | None,
    unit: str,
    language: str,
    *,
    currency: str = "EUR",
    unit_label: str = "",
) -> tuple[str, str, str]:
    """Start, now and target with the same decimals; "" for one not known. € and % on each, other units on the target.

    For a band give its low end as start and its high end as target.
    """
    ends = (start, now, target)
    if unit == Unit.MONEY:
        return _money_span(ends, language, currency)
    if unit == Unit.DONE:
        shown = [value if value is None else _CONTEXT.multiply(value, _HUNDRED) for value in ends]
    else:
        shown = list(ends)
    decimals = max((own_decimals(value) for value in shown if value is not None), default=0)
    texts = ["" if value is None else format_number(value, language, decimals=decimals) for value in shown]
    for place, value in enumerate(shown):
        if value is not None and (place == 2 or unit in (Unit.PERCENT, Unit.DONE)):
            texts[place] += _suffix(value, unit, language, unit_label)
    return texts[0], texts[1], texts[2]


def _money_span(ends: tuple[Decimal | None, ...], language: str, currency: str) -> tuple[str, str, str]:
    short, decimals = _money_scale([value for value in ends if value is not None])
    texts = [
        ""
        if value is None
        else _with_currency(
            format_number(_in_millions(value) if short else value, language, decimals=decimals),
            "M" if short else "",
            language,
            currency,
        )
        for value in ends
    ]
    return texts[0], texts[1], texts[2]


def _money_scale(values: Sequence[Decimal]) -> tuple[bool, int]:
    """Whether amounts are written in millions (all are when one is), and as many decimals as tell them apart."""
    short = any(abs(value) >= _MILLION for value in values)
    if not short:
        own = max(map(own_decimals, values), default=0)
        return False, own and max(own, 2)
    values = sorted({_in_millions(value) for value in values})
    decimals = min(max(map(own_decimals, values)), _decimals_of_millions(max(map(abs, values))))
    while any(
        round_to(low, decimals) == round_to(high, decimals) or not round_to(high - low, decimals)
        for low, high in pairwise(values)
    ):
        decimals += 1
    return True, decimals
