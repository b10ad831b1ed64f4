"""Figures and dates in French and English (design rules: "Numbers and dates"), read and written."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from babel.dates import format_date as babel_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from okr.numbers import (
    NotANumber,
    Unreadable,
    format_date,
    format_delta,
    format_number,
    format_percent,
    format_quarter,
    format_span,
    format_value,
    format_week,
    own_decimals,
    parse_decimal,
    whole_percent,
)

BOTH = pytest.mark.parametrize("language", ["fr", "en"])
stored = st.decimals(min_value=-(10**11), max_value=10**11, places=4)
languages = st.sampled_from(["fr", "fr-ca", "en", "en-gb"])


def plain(text: str) -> str:
    """With an ordinary space where a no-break one stands, for readable expectations."""
    assert "\u202f" not in text
    assert "-" not in text, "a hyphen is no minus"
    return text.replace("\u00a0", " ")


class TestReading:
    @BOTH
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("12", "12"),
            ("12,5", "12.5"),
            ("12.5", "12.5"),
            ("12.5 %", "12.5"),
            ("12,5%", "12.5"),
            (",5", "0.5"),
            ("0,125", "0.125"),
            ("0.125", "0.125"),
            ("+3 pts", "3"),
            ("-1.80", "-1.80"),
            ("−1,80", "-1.80"),
            ("–1,80", "-1.80"),
            ("− 1,80 €", "-1.80"),
            ("−€1.80", "-1.80"),
            ("€-1.80", "-1.80"),
            ("1 200 000 €", "1200000"),
            ("1\u00a0200\u00a0000\u00a0€", "1200000"),
            ("1\u202f200\u202f000", "1200000"),
            ("1\u2009200\u2009000", "1200000"),
            ("1 200,5", "1200.5"),
            ("1 200.500", "1200.5"),
            ("1,200,000", "1200000"),
            ("1,200,000.50", "1200000.50"),
            ("1.200.000,50", "1200000.50"),
            ("1.2M", "1200000"),
            ("1,2 M€", "1200000"),
            ("€13.1M", "13100000"),
            ("13,1 M CHF", "13100000"),
            ("CHF 13.1M", "13100000"),
            ("3k", "3000"),
            ("3 K€", "3000"),
            ("1,2 Md€", "1200000000"),
            ("£1.2bn", "1200000000"),
            ("12 jours", "12"),
            ("1 day", "1"),
            ("  7 ", "7"),
            ("-0", "0"),
            ("007", "7"),
            ("999 999 999 999", "999999999999"),
        ],
    )
    def test_accepts_what_people_type(self, text, value, language):
        assert parse_decimal(text, language) == D(value)

    @pytest.mark.parametrize(
        ("text", "language", "value"),
        [
            ("1,200", "fr", "1.2"),
            ("1,200", "en", "1200"),
            ("1.200", "en", "1.2"),
            ("12,500 €", "en", "12500"),
            ("1200,500", "fr", "1200.5"),
        ],
    )
    def test_reads_one_separator_as_the_language_writes_it(self, text, language, value):
        assert parse_decimal(text, language) == D(value)

    @pytest.mark.parametrize(("text", "language"), [("1.200", "fr"), ("1.200 €", "fr"), ("1200,500", "en")])
    def test_refuses_what_could_be_two_figures(self, text, language):
        with pytest.raises(NotANumber) as refusal:
            parse_decimal(text, language)
        assert refusal.value.code is Unreadable.AMBIGUOUS

    @BOTH
    @pytest.mark.parametrize(
        "text",
        [
            *("nan", "inf", "-Infinity", "1e5", "1_000", "0x10", "abc", "%", "€", ".", ",", "-", "5,", "5."),
            *("12 5", "1 2345", "12 34 567", "1.2.3", "1,2,3", "1,20,000", "1,200.000,5", "1.200,000.5", "1,2.3,4"),
            *("00,125,000", "0 125", "000.125.000"),
            *("--5", "-€-5", "5 €€", "€5 €", "12 M%", "12 XYZ", "XYZ 12", "12 min", "1/2", "12:30", "(5)", "٣", "１２"),
            "12; DROP TABLE",
        ],
    )
    def test_refuses_nonsense(self, text, language):
        with pytest.raises(NotANumber) as refusal:
            parse_decimal(text, language)
        assert refusal.value.code is Unreadable.NONSENSE

    @BOTH
    @pytest.mark.parametrize("text", ["", "   ", "\u00a0\u202f"])
    def test_refuses_nothing(self, text, language):
        with pytest.raises(NotANumber) as refusal:
            parse_decimal(text, language)
        assert refusal.value.code is Unreadable.EMPTY

    @BOTH
    @pytest.mark.parametrize("text", ["1000000000000", "-1 000 000 000 000", "1000000 M", "1000 Md€", "9" * 5000])
    def test_refuses_more_than_twelve_integer_digits(self, text, language):
        with pytest.raises(NotANumber) as refusal:
            parse_decimal(text, language)
        assert refusal.value.code is Unreadable.TOO_LARGE

    def test_zero_has_no_sign(self):
        assert str(parse_decimal("-0", "en")) == "0"

    def test_knows_the_metric_s_own_unit(self):
        assert parse_decimal("11,2 min", "fr", unit_label="min") == D("11.2")
        assert parse_decimal("12 kg", "en", unit_label="kg") == 12
        assert parse_decimal("11,2 Min", "fr", unit_label="min") == D("11.2")
        with pytest.raises(NotANumber):
            parse_decimal("11,2 kg", "fr", unit_label="min")

    @given(st.text(max_size=80), languages)
    def test_any_text_is_a_finite_figure_or_refused(self, text, language):
        try:
            value = parse_decimal(text, language)
        except NotANumber:
            return
        assert value.is_finite()
        assert abs(value) < 10**12

    @given(st.text("0123456789., -+€%kM\u00a0", max_size=20), languages)
    def test_whatever_is_accepted_keeps_its_digits(self, text, language):
        try:
            value = parse_decimal(text, language)
        except NotANumber:
            return
        digits = "".join(filter(str.isdigit, text)).lstrip("0")
        assert f"{abs(value):f}".replace(".", "").lstrip("0").rstrip("0") == digits.rstrip("0")


class TestWriting:
    @pytest.mark.parametrize(
        ("value", "options", "french", "english"),
        [
            ("10000", {}, "10 000", "10,000"),
            ("14.8000", {}, "14,8", "14.8"),
            ("-1.8", {"decimals": 2}, "−1,80", "−1.80"),
            ("1234567.891", {}, "1 234 567,891", "1,234,567.891"),
            ("0.25", {"decimals": 1}, "0,3", "0.3"),
            ("-0.25", {"decimals": 1}, "−0,3", "−0.3"),
            ("-0.04", {"decimals": 1}, "0,0", "0.0"),
            ("0.00", {"sign": True}, "0", "0"),
            ("3", {"sign": True}, "+3", "+3"),
            ("-3", {"sign": True}, "−3", "−3"),
            ("1E+3", {}, "1 000", "1,000"),
            ("100", {}, "100", "100"),
        ],
    )
    def test_numbers(self, value, options, french, english):
        assert plain(format_number(D(value), "fr", **options)) == french
        assert plain(format_number(D(value), "en", **options)) == english

    @pytest.mark.parametrize(
        ("value", "unit", "options", "french", "english"),
        [
            ("59.2000", "percent", {}, "59,2 %", "59.2%"),
            ("72", "percent", {"decimals": 1}, "72,0 %", "72.0%"),
            ("3", "points", {"sign": True}, "+3 pts", "+3 pts"),
            ("0.3", "points", {"sign": True}, "+0,3 pt", "+0.3 pt"),
            ("-1.6", "points", {}, "−1,6 pt", "−1.6 pts"),
            ("-2", "points", {}, "−2 pts", "−2 pts"),
            ("0", "points", {}, "0 pt", "0 pts"),
            ("1", "days", {}, "1 jour", "1 day"),
            ("1.5", "days", {}, "1,5 jour", "1.5 days"),
            ("12", "days", {}, "12 jours", "12 days"),
            ("12", "days", {"unit_label": "j ouvrés"}, "12 j ouvrés", "12 j ouvrés"),
            ("10000", "count", {}, "10 000", "10,000"),
            ("11.2", "count", {"unit_label": "min"}, "11,2 min", "11.2 min"),
            ("1.9", "ratio", {}, "1,9", "1.9"),
            ("0.5", "done", {}, "50 %", "50%"),
            ("42", "percent", {"unit_label": "min"}, "42 %", "42%"),
        ],
    )
    def test_units(self, value, unit, options, french, english):
        assert plain(format_value(D(value), unit, "fr", **options)) == french
        assert plain(format_value(D(value), unit, "en", **options)) == english

    @pytest.mark.parametrize(
        ("value", "options", "french", "english"),
        [
            ("13100000", {}, "13,1 M€", "€13.1M"),
            ("-1.8", {}, "−1,80 €", "−€1.80"),
            ("78", {}, "78 €", "€78"),
            ("78.00", {}, "78 €", "€78"),
            ("0.125", {}, "0,125 €", "€0.125"),
            ("999999", {}, "999 999 €", "€999,999"),
            ("1000000", {}, "1 M€", "€1M"),
            ("6400000", {"sign": True}, "+6,4 M€", "+€6.4M"),
            ("-14000000", {}, "−14 M€", "−€14M"),
            ("1254000", {}, "1,25 M€", "€1.25M"),
            ("13123456", {}, "13,1 M€", "€13.1M"),
            ("131234567", {}, "131 M€", "€131M"),
            ("2131234567", {}, "2 131 M€", "€2,131M"),
            ("13123456", {"decimals": 2}, "13,12 M€", "€13.12M"),
            ("5", {"currency": "USD"}, "5 $", "$5"),
            ("5.5", {"currency": "GBP"}, "5,50 £", "£5.50"),
            ("-5", {"currency": "CHF"}, "−5 CHF", "−CHF 5"),
            ("13100000", {"currency": "CHF"}, "13,1 M CHF", "CHF 13.1M"),
        ],
    )
    def test_money(self, value, options, french, english):
        assert plain(format_value(D(value), "money", "fr", **options)) == french
        assert plain(format_value(D(value), "money", "en", **options)) == english

    @pytest.mark.parametrize(
        ("progress", "percent"),
        [
            ("0.2888888", 29),
            ("-0.12", -12),
            ("1.3", 130),
            ("0.005", 1),
            ("-0.004", 0),
            ("1", 100),
            ("0.996", 99),  # nothing short of the target reads 100 %
            ("0.99999999", 99),
            ("1.004", 100),
        ],
    )
    def test_progress(self, progress, percent):
        assert whole_percent(D(progress)) == percent
        sign, digits = "−" if percent < 0 else "", abs(percent)
        assert plain(format_percent(D(progress), "fr")) == f"{sign}{digits} %"
        assert plain(format_percent(D(progress), "en")) == f"{sign}{digits}%"

    @pytest.mark.parametrize(
        ("delta", "unit", "options", "french", "english"),
        [
            ("3", "percent", {}, "+3 pts", "+3 pts"),
            ("-1.6", "percent", {}, "−1,6 pt", "−1.6 pts"),
            ("0", "percent", {}, "0 pt", "0 pts"),
            ("0.25", "done", {}, "+25 pts", "+25 pts"),
            ("6400000", "money", {}, "+6,4 M€", "+€6.4M"),
            ("-2.5", "count", {"unit_label": "min"}, "−2,5 min", "−2.5 min"),
            ("-2.5", "percent", {"decimals": 2}, "−2,50 pts", "−2.50 pts"),
            ("-0.0166", "done", {"decimals": 0}, "−2 pts", "−2 pts"),
            ("0.004", "done", {"decimals": 0}, "0 pt", "0 pts"),
            ("-1", "count", {"unit_label": "min", "beside": [D("5.9"), D("4.9")]}, "−1,0 min", "−1.0 min"),
            ("1.153", "percent", {"beside": [D("54"), D("59.5")], "finer": 1}, "+1,15 pt", "+1.15 pts"),
            ("0.25", "done", {"beside": [D("0.25"), D("0.5")]}, "+25 pts", "+25 pts"),
            ("300000", "money", {"beside": [D("12900000"), D("13200000")]}, "+0,3 M€", "+€0.3M"),
            ("20000", "money", {"beside": [D("12940000"), D("12960000")]}, "+0,02 M€", "+€0.02M"),
            ("-300000", "money", {"beside": [D("1200000"), D("900000")]}, "−0,3 M€", "−€0.3M"),
            ("7", "money", {"beside": [D("4485"), D("4492")]}, "+7 €", "+€7"),
            ("0.9", "money", {"beside": [D("-1.8"), D("-0.9")]}, "+0,90 €", "+€0.90"),
            ("433333.33", "money", {"beside": [D("12900000"), D("13200000")], "finer": 1}, "+0,43 M€", "+€0.43M"),
        ],
    )
    def test_change(self, delta, unit, options, french, english):
        assert plain(format_delta(D(delta), unit, "fr", **options)) == french
        assert plain(format_delta(D(delta), unit, "en", **options)) == english

    @pytest.mark.parametrize(
        ("values", "unit", "options", "french", "english"),
        [
            (("54", "59.2", "72"), "percent", {}, "54,0 % · 59,2 % · 72,0 %", "54.0% · 59.2% · 72.0%"),
            (("22", "41", "55"), "percent", {}, "22 % · 41 % · 55 %", "22% · 41% · 55%"),
            (("14", "11.2", "8"), "count", {"unit_label": "min"}, "14,0 · 11,2 · 8,0 min", "14.0 · 11.2 · 8.0 min"),
            (("31", "35", "42"), "points", {}, "31 · 35 · 42 pts", "31 · 35 · 42 pts"),
            (("8", "8", "8"), "points", {}, "8 · 8 · 8 pts", "8 · 8 · 8 pts"),
            (("1.3", "1.9", "2.5"), "ratio", {}, "1,3 · 1,9 · 2,5", "1.3 · 1.9 · 2.5"),
            (("-1.8", "-0.9", "0.6"), "money", {}, "−1,80 € · −0,90 € · 0,60 €", "−€1.80 · −€0.90 · €0.60"),
            (("31", "30", "24"), "money", {}, "31 € · 30 € · 24 €", "€31 · €30 · €24"),
            (
                ("11200000", "13100000", "19000000"),
                "money",
                {},
                "11,2 M€ · 13,1 M€ · 19,0 M€",
                "€11.2M · €13.1M · €19.0M",
            ),
            (("13100000", "13120000", "19000000"), "money", {}, "13,10 M€ · 13,12 M€ · 19,00 M€", None),
            (("900000", None, "2000000"), "money", {}, "0,9 M€ ·  · 2,0 M€", "€0.9M ·  · €2.0M"),
            (("0", "0.25", "1"), "done", {}, "0 % · 25 % · 100 %", "0% · 25% · 100%"),
            ((None, None, "42"), "points", {}, " ·  · 42 pts", " ·  · 42 pts"),
            ((None, None, None), "money", {}, " ·  · ", " ·  · "),
        ],
    )
    def test_span(self, values, unit, options, french, english):
        start, now, target = (None if value is None else D(value) for value in values)
        assert plain(" · ".join(format_span(start, now, target, unit, "fr", **options))) == french
        if english is not None:
            assert plain(" · ".join(format_span(start, now, target, unit, "en", **options))) == english

    def test_decimals_of_its_own(self):
        assert [own_decimals(D(text)) for text in ("59.2000", "59", "0.125", "1E+3")] == [1, 0, 3, 0]

    @given(stored)
    def test_numbers_agree_with_the_locale_data(self, value):
        babel = format_decimal(value, format="#,##0.####", locale="fr").replace("\u202f", "\u00a0")
        assert format_number(value, "fr") == babel.replace("-", "−")
        assert format_number(value, "en") == format_decimal(value, format="#,##0.####", locale="en").replace("-", "−")

    @given(stored, languages, st.integers(0, 4), st.booleans())
    def test_written_and_read_again_is_the_same(self, value, language, decimals, sign):
        assert parse_decimal(format_number(value, language, sign=sign), language) == value
        rounded = parse_decimal(format_number(value, language, decimals=decimals), language)
        assert abs(rounded - value) <= D("0.5").scaleb(-decimals)

    @given(
        st.decimals(-999_999, 999_999, places=4),
        st.sampled_from(["money", "percent", "points", "days", "count", "ratio"]),
        languages,
        st.sampled_from(["EUR", "USD", "CHF"]),
        st.sampled_from(["", "min", "kg"]),
    )
    def test_written_with_its_unit_and_read_again_is_the_same(self, value, unit, language, currency, label):
        text = format_value(value, unit, language, currency=currency, unit_label=label)
        assert parse_decimal(text, language, unit_label=label) == value

    @given(st.decimals(10**6, 10**11, places=2), languages)
    def test_shortened_money_is_right_to_three_digits(self, value, language):
        assert abs(parse_decimal(format_value(value, "money", language), language) - value) <= value / 200

    @given(*[stored] * 3, st.sampled_from(["money", "percent", "count"]), languages)
    def test_a_span_tells_different_values_apart(self, start, now, target, unit, language):
        texts = format_span(start, now, target, unit, language)
        read = [parse_decimal(text, language) for text in texts]
        assert len(set(read)) == len({start, now, target})


class TestDates:
    @pytest.mark.parametrize(
        ("style", "french", "english"),
        [
            ("long", "lundi 18 mai", "Mon 18 May"),
            ("weekday", "lun. 18 mai", "Mon 18 May"),
            ("date", "18/05/2026", "18 May 2026"),
            ("short", "18 mai", "18 May"),
            ("month", "mai", "May"),
        ],
    )
    def test_styles(self, style, french, english):
        assert format_date(date(2026, 5, 18), "fr", style) == french
        assert format_date(date(2026, 5, 18), "en-gb", style) == english

    def test_the_first_of_the_month_is_1er(self):
        assert format_date(date(2026, 2, 1), "fr", "long") == "dimanche 1er février"
        assert format_date(date(2026, 2, 1), "fr", "short") == "1er févr."
        assert format_date(date(2026, 2, 1), "fr", "date") == "01/02/2026"
        assert format_date(date(2026, 2, 1), "en", "short") == "1 Feb"

    @pytest.mark.parametrize("offset", range(0, 366, 2))
    def test_names_agree_with_the_locale_data(self, offset):
        day = date(2026, 1, 2) + timedelta(days=offset)
        if day.day > 1:
            assert format_date(day, "fr", "long") == babel_date(day, "EEEE d MMMM", "fr")
            assert format_date(day, "fr", "weekday") == babel_date(day, "EEE d MMM", "fr")
        assert format_date(day, "en", "long") == babel_date(day, "EEE d MMM", "en")
        assert format_date(day, "en", "date") == babel_date(day, "d MMM yyyy", "en")

    def test_weeks_are_iso_weeks(self):
        assert [format_week(date(2026, 5, 19), "fr"), format_week(date(2026, 5, 19), "en")] == ["semaine 21", "W21"]
        assert format_week(date(2026, 5, 19), "fr", short=True) == "S21"
        assert format_week(date(2027, 1, 1), "en") == "W53"

    def test_quarters(self):
        assert [format_quarter(2, language, year=2026) for language in ("fr", "en")] == ["T2 2026", "Q2 2026"]
        assert [format_quarter(2, language) for language in ("fr", "en")] == ["T2", "Q2"]
