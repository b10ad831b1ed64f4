"""A figure typed in a form: read in the reader's language, refused with a reason, never rounded, never lost."""

from decimal import Decimal

import pytest
from django import forms
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from okr.forms.fields import FigureField


class ShareForm(forms.Form):
    share = FigureField(unit="percent", max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False)


class FigureForm(forms.Form):
    figure = FigureField(unit="count", unit_label="min")


def clean(form: type[forms.Form], name: str, text: str, language: str) -> tuple[Decimal | None, list[str]]:
    with translation.override(language):
        bound = form({name: text})
        bound.is_valid()
        return bound.cleaned_data.get(name), list(bound.errors.get(name, []))


@pytest.mark.parametrize(
    ("typed", "language", "value"),
    [
        ("12,5 %", "fr", "12.5"),
        ("12.5%", "en", "12.5"),
        ("6,4 M€", "fr", "6400000"),
        ("€6.4M", "en", "6400000"),
        ("1\u00a0200\u00a0000\u00a0€", "fr", "1200000"),
        ("1,200", "en", "1200"),
        ("1,200", "fr", "1.2"),
        ("\u22121,80", "fr", "-1.8"),
        ("11,2 min", "fr", "11.2"),
        ("  7  ", "en", "7"),
    ],
)
def test_reads_what_people_type(typed, language, value):
    assert clean(FigureForm, "figure", typed, language) == (Decimal(value), [])


@pytest.mark.parametrize(
    ("typed", "language", "message"),
    [
        ("", "en", "Enter a number."),
        ("about ten", "en", "Enter a number, such as 1234.5."),
        ("12 apples", "en", "Enter a number, such as 1234.5."),
        ("<script>", "en", "Enter a number, such as 1234.5."),
        ("٣", "en", "Enter a number, such as 1234.5."),
        ("1\x00", "en", "Enter a number, such as 1234.5."),
        ("NaN", "en", "Enter a number, such as 1234.5."),
        ("1e9", "en", "Enter a number, such as 1234.5."),
        ("1234,567", "en", "This can be read as two different numbers: write it like 1234.5."),
        ("9" * 13, "en", "This number is too large to be right."),
        ("9" * 5000, "en", "This number is too large to be right."),
        ("1.23456", "en", "At most 4 decimals."),
    ],
)
def test_refuses_with_a_reason(typed, language, message):
    assert clean(FigureForm, "figure", typed, language) == (None, [message])


@pytest.mark.parametrize("typed", ["-0.01", "100.01", "400"])
def test_says_the_bounds(typed):
    assert clean(ShareForm, "share", typed, "en") == (None, ["Enter a number from 0 to 100."])


@pytest.mark.parametrize("typed", ["0", "100", "100.00 %", "14"])
def test_bounds_belong_to_the_range(typed):
    assert clean(ShareForm, "share", typed, "en")[1] == []


def test_empty_optional_field_is_none():
    assert clean(ShareForm, "share", "   ", "en") == (None, [])


def test_keeps_what_was_typed_and_escapes_it():
    with translation.override("fr"):
        html = str(FigureForm({"figure": '6,4 "M€"'})["figure"])
    assert 'value="6,4 &quot;M€&quot;"' in html


def test_shows_a_stored_figure_in_the_readers_language():
    with translation.override("fr"):
        assert 'value="1\u00a0200\u00a0000,5"' in str(FigureForm(initial={"figure": Decimal("1200000.5")})["figure"])
    with translation.override("en"):
        assert 'value="1,200,000.5"' in str(FigureForm(initial={"figure": Decimal("1200000.5000")})["figure"])


@given(st.decimals(-(10**11), 10**11, places=4), st.sampled_from(["en", "fr"]))
def test_what_is_shown_reads_back_as_the_same_figure(value, language):
    with translation.override(language):
        shown = FigureField().prepare_value(value)
        assert FigureField().clean(shown) == value
        assert not FigureField().has_changed(value, shown)
