"""The template tags every page is made of: what a reader, a screen reader and the style sheet get from each."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator
from django.template import Context, engines
from django.test import RequestFactory
from django.utils import translation

from scripts import build_geometry

ROOT = Path(__file__).resolve().parent.parent
LEA = SimpleNamespace(name="Léa <Petit>", call_sign="LP", function="product")


def rendered(source: str, language: str = "en", **context: object) -> str:
    with translation.override(language):
        return engines["django"].from_string(source).template.render(Context(context))


@pytest.mark.parametrize(
    ("v", "x", "status", "classes", "words", "hatched"),
    [
        (41, 38, "on_track", "bar ok v-41 x-38", "41% of the way; 38% expected today", False),
        (29, 38, "at_risk", "bar risk v-29 x-38", "29% of the way; 38% expected today", True),
        (-12, 55, "off_track", "bar off v-0 x-55", "−12% of the way; 55% expected today", True),
        (130, 100, "achieved", "bar done v-100 x-100", "130% of the way; 100% expected today", False),
        (20, None, "no_update", "bar stale v-20 x-none notick", "20% of the way; nothing expected yet", False),
        (None, 55, "pending", "bar idle v-0 x-55", "No data yet; 55% expected today", True),
        (0, None, "pending", "bar idle v-0 x-none notick", "No data yet", False),
    ],
)
def test_bar(v: int, x: int, status: str, classes: str, words: str, hatched: bool) -> None:
    html = rendered("{% bar v x status %}", v=v, x=x, status=status)
    assert f'class="{classes}"' in html
    assert f'aria-label="{words}"' in html
    assert ("<i></i>" in html) is hatched


def test_a_figure_beside_its_bar_is_written_in_the_language_of_the_reader() -> None:
    assert '<span class="num">−12%</span>' in rendered("{% progress -12 55 'off_track' %}")
    assert '<span class="num">−12\u00a0%</span>' in rendered("{% progress -12 55 'off_track' %}", "fr")
    assert '<span class="num">–</span>' in rendered("{% progress None 55 'pending' %}")


def test_low_confidence_is_said_and_not_only_coloured() -> None:
    assert 'aria-label="Confidence 3 of 10, low or falling"' in rendered("{% conf 3 True %}")
    assert 'class="conf c-8"' in rendered("{% conf 8 %}")
    assert "No confidence given yet" in rendered("{% conf None %}")


def test_a_person_is_named_in_full_and_escaped() -> None:
    html = rendered("{% who person %}", person=LEA)
    assert html.count("Léa &lt;Petit&gt;, Product") == 2
    assert '<b aria-hidden="true">P</b>' in html
    assert "<b" not in rendered("{% who person '' %}", person=LEA)
    assert "Nobody yet" in rendered("{% who person %}", person=None)


def test_an_empty_seat_is_outlined_and_named() -> None:
    html = rendered("{% box4 seats %}", seats=["product", "tech", "business"])
    assert html.count('<i class="open">') == 1
    assert 'aria-label="Open seats: Design"' in html


def test_share_fills_its_width_and_says_the_numbers() -> None:
    html = rendered("{% share counts %}", counts=[("on_track", 5), ("at_risk", 0), ("off_track", 3)])
    assert re.findall(r'<i class="(\w+) v-(\d+)">', html) == [("ok", "62"), ("off", "38")]
    assert 'aria-label="On track: 5, Off track: 3"' in html


def test_ruler_marks_what_is_past_and_keeps_words_apart() -> None:
    flags = [
        {"at": 24, "label": "Review"},
        {"at": 41, "label": "Hidden"},
        {"at": 95.5, "label": "End", "detail": "15 Dec"},
    ]
    html = rendered("{% ruler labels 38 'Tue 19 May' flags %}", labels=["Q1", "Q2", "Q3", "Q4"], flags=flags)
    assert html.count('class="past"') == 1
    assert '<li aria-current="date">Q2</li>' in html
    assert 'class="flag at-24"' in html
    assert 'class="flag at-41 bare"' in html
    assert 'class="flag at-96 left"' in html
    assert 'aria-label="Q1 – Q4, Tue 19 May, Review, Hidden, End 15 Dec"' in html


def test_ruler_of_a_period_that_is_not_now_has_no_needle() -> None:
    html = rendered("{% ruler labels None '' quarter=True %}", labels=[f"W{week}" for week in range(14)])
    assert 'class="ruler q w14 now-0"' in html
    assert 'class="now' not in html
    assert "aria-current" not in html


def test_pager_keeps_the_filters_of_the_address() -> None:
    request = RequestFactory().get("/?status=at_risk&page=2")
    html = rendered("{% pager page %}", request=request, page=Paginator(range(30), 10).page(2))
    assert 'href="?status=at_risk&amp;page=3" rel="next"' in html
    assert '<a href="?status=at_risk&amp;page=2" aria-current="page">2</a>' in html
    assert rendered("{% pager page %}", request=request, page=Paginator(range(9), 10).page(1)).strip() == ""


def test_every_figure_class_a_tag_can_emit_is_in_the_style_sheet() -> None:
    css = (ROOT / "static/css/geometry.css").read_text()
    assert css == build_geometry.css()
    emitted = "".join(
        rendered("{% bar n n 'on_track' %}{% ruler labels n '' %}", n=n, labels=["a", "b"]) for n in range(-5, 106)
    ) + "".join(rendered("{% conf n %}", n=n) for n in range(1, 11))
    classes = set(re.findall(r"\b(?:v|x|now|c)-\d+\b", emitted))
    assert len(classes) == 3 * 101 + 10
    assert {name for name in classes if f".{name}{{" not in css} == set()
