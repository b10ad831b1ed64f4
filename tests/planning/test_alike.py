"""Probable duplicates: what measures the same is found, across tribes and languages, and little else."""

import time

import pytest

from okr.models import KeyResult
from orgs.models import Organization
from planning.models import Planning
from planning.pages import alike
from planning.pages.alike import MOST, pairs_alike
from planning.pages.board import Board
from tests.planning import quarters
from tests.planning.alike_pairs import LATER, PAIRS

BACKGROUND = [text for _same, one, other in (*PAIRS, *LATER) for text in (one, other)]


def are_alike(one: str, other: str) -> bool:
    """Among a hundred other key results, as on a board."""
    others = [text for text in dict.fromkeys(BACKGROUND) if text not in (one, other)][:100]
    found = pairs_alike(dict(enumerate([one, other])) | dict(enumerate(others, 2)))
    return (0, 1) in [(pair.first, pair.second) for pair in found]


def judged(pairs: list[tuple[bool, str, str]]) -> tuple[list[str], list[str]]:
    """Those that are shown and should not be, and the other way round."""
    wrongly, missed = [], []
    for same, one, other in pairs:
        if are_alike(one, other) != same:
            (missed if same else wrongly).append(f"{one} | {other}")
    return wrongly, missed


@pytest.fixture(autouse=True)
def _all_pairs(monkeypatch):
    """Without the limit of what a board has room for, which the background would use up."""
    monkeypatch.setattr(alike, "MOST", 10_000)


def test_the_pairs_that_it_was_chosen_with():
    wrongly, missed = judged(PAIRS)
    assert wrongly == []
    assert len(missed) <= 2, missed


def test_pairs_that_came_later():
    """It errs less often than one time in three, here."""
    wrongly, missed = judged(LATER)
    assert len(wrongly) <= 3, wrongly
    assert len(missed) <= 4, missed


def test_the_same_words_in_another_order_are_the_same():
    assert are_alike("Orders ready on arrival", "On arrival, ready orders")
    assert are_alike("Créneaux tenus", "CRÉNEAUX TENUS")


@pytest.mark.parametrize("text", ["", "…", "12 → 14 %", "the of and", "x" * 240])
def test_a_text_that_says_nothing_is_like_nothing(text):
    assert pairs_alike({1: text, 2: text + " ", 3: "Orders ready on arrival"}) in (
        [], [alike.Alike(1, 2, 100)] if text.startswith("x") else []
    )  # fmt: skip


def test_two_that_were_told_apart_are_not_shown_again():
    texts = {7: "Campaigns renewed by a brand", 3: "Brands that renew a campaign", 5: "Late deliveries"}
    assert [(one.first, one.second) for one in pairs_alike(texts)] == [(7, 3)]
    assert pairs_alike(texts, {(3, 7)}) == []


def test_one_tribe_rarely_proposes_the_same_twice():
    texts = {1: "Deliveries inside the promised slot, cities", 2: "Deliveries inside the promised slot, villages"}
    texts |= dict(enumerate(dict.fromkeys(BACKGROUND), 3))
    percent = {tribes: _percent(texts, dict.fromkeys(texts, 9) | {1: 1, 2: tribes}) for tribes in (1, 2)}
    assert percent[1] < percent[2]


def _percent(texts: dict[int, str], tribes: dict[int, int]) -> int:
    least, alike.LEAST = alike.LEAST, 0.1
    alike._pairs.cache_clear()
    try:
        found = pairs_alike(texts, tribes=tribes)
    finally:
        alike.LEAST = least
        alike._pairs.cache_clear()
    return next(one.percent for one in found if {one.first, one.second} == {1, 2})


def test_on_the_board_of_the_demo_they_are_few_and_across_tribes(coursive: Organization, monkeypatch):
    monkeypatch.setattr(alike, "MOST", MOST)
    planning = Planning.objects.with_quarter().get(state="preparing")
    pairs = Board(planning, coursive).pairs
    assert 4 <= len(pairs) <= 12
    across = [one for one in pairs if one.first.code.split()[0] != one.second.code.split()[0]]
    assert len(across) >= 0.75 * len(pairs)
    shown = [{one.first.key_result.title, one.second.key_result.title} for one in pairs]
    assert {"Campagnes renouvelées par la même marque", "Campagnes renouvelées avec une marque"} in shown


def test_a_pair_goes_from_the_board_once_one_of_it_does(db, monkeypatch):
    monkeypatch.setattr(alike, "MOST", MOST)
    made = quarters.planned(quarters.OPEN, slug="elsewhere")
    with made.inside():
        KeyResult.objects.filter(pk=made.pk("LAD A1")).update(title="On arrival of the customer, orders that are ready")
        assert [(one.first.code, one.second.code) for one in Board(made.again(), made.org).pairs] == [
            ("DRV 01", "LAD 01")
        ]
    made.decide("drop", "LAD A1")
    with made.inside():
        assert Board(made.again(), made.org).pairs == []


def test_four_hundred_are_compared_at_once():
    texts = {n: f"{BACKGROUND[n % len(BACKGROUND)]} {'abcdefghijklmnop'[n // 60] * 4}" for n in range(400)}
    cold, warm = [], []
    for n in range(3):
        alike._pairs.cache_clear()
        alike._concepts_of.cache_clear()
        cold.append(_seconds(texts))
        alike._pairs.cache_clear()
        warm.append(_seconds(texts | {0: f"Another text {n}"}))
    assert min(cold) < 0.25
    assert min(warm) < 0.06
    assert _seconds(texts | {0: "Another text 2"}) < 0.005  # nothing has changed


def _seconds(texts: dict[int, str]) -> float:
    """Of this process alone."""
    start = time.process_time()
    pairs_alike(texts)
    return time.process_time() - start
