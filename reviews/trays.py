"""The trend of a tribe's quarters, on its page above its check-ins (okr.trays)."""

from okr.pages.tribe import TribePage
from okr.trays import Tray, register_above_check_ins
from reviews.pages.trend import strip_of


def register_tray() -> None:
    register_above_check_ins(trend)


def trend(page: TribePage) -> Tray | None:
    strip = strip_of(page.tribe, page.clock, page.quarters)
    return Tray("reviews/_tribe_trend.html", strip) if strip else None
