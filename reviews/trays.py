"""What the reviews show on a tribe's page (okr.trays): above its check-ins the trend of its quarters, above its objectives
what the review of the quarter before carries over."""

from okr.pages.tribe import TribePage
from okr.trays import Tray, register, register_above_check_ins
from reviews.pages.trend import strip_of
from reviews.pages.waiting import review_tray


def register_trays() -> None:
    register_above_check_ins(trend)
    register(review_tray)


def trend(page: TribePage) -> Tray | None:
    strip = strip_of(page.tribe, page.clock, page.quarters)
    return Tray("reviews/_tribe_trend.html", strip) if strip else None
