"""Charts: where each mark stands, that none leaves the drawing, and that the templates draw what was computed."""

import math
import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from okr.charts import Wording, drill_trend, sparkline, trend
from okr.charts.labels import EXPECTED_WORD, box
from okr.charts.scale import round_ticks
from okr.scoring import Direction, Metric, Period, StepTarget, expected_value, forecast

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
QUARTER = Period(date(2026, 4, 1), date(2026, 6, 30))
TODAY = date(2026, 5, 19)
UP = Metric(Direction.UP, D(54), D(72))
DOWN = Metric(Direction.DOWN, D(19), D(11))
WITHIN = Metric(Direction.WITHIN, None, None, low=D(3), high=D(5))
DONE = Metric(Direction.DONE, None, None)
STEPS = (
    StepTarget(date(2026, 3, 31), D(58)),
    StepTarget(date(2026, 6, 30), D("63.2")),
    StepTarget(date(2026, 9, 30), D(66)),
)
EXPECTED = {metric: expected_value(metric, YEAR, TODAY) for metric in (UP, DOWN)}
FRENCH, ENGLISH = Wording("fr", "percent"), Wording("en", "percent")


def weekly(*values, since=date(2026, 1, 6)):
    return [(since + timedelta(weeks=place), D(str(value))) for place, value in enumerate(values)]


# The measurements of the mock-up of the key result's page.
MEASURED = weekly(
    *(54, 54.6, 55.1, 55.2, 55.4, 55.9, 56.1, 56.7, 56.8, 57),
    *(57.2, 57.4, 57.3, 57.7, 57.6, 58.4, 57.9, 58.7, 58.6, 59.2),
)


def spots(text: str) -> list[tuple[float, float]]:
    """The coordinates of a path, a polyline or a polygon."""
    numbers = [float(number) for number in re.findall(r"-?\d+\.?\d*", text)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


class TestSparkline:
    def test_spans_the_drawing_and_its_expected_line(self):
        spark = sparkline(
            [(date(2026, 1, 1), D(10)), (date(2026, 1, 6), D(15)), (date(2026, 1, 11), D(20))], D(10), D(18)
        )
        assert spark.polyline == "2.0,22.5 41.0,13.0 80.0,3.5"
        assert spark.path_expected == "M2.0 22.5L80.0 7.3"
        assert (spark.dot_x, spark.dot_y) == ("80.0", "3.5")

    def test_keeps_the_distance_between_days(self):
        points = [(date(2026, 1, 3), D(1)), (date(2026, 1, 5), D(2))]
        spark = sparkline(points, None, None, since=date(2026, 1, 1), until=date(2026, 1, 9))
        assert [x for x, _ in spots(spark.polyline)] == [21.5, 41.0]
        assert spark.path_expected == ""

    def test_a_falling_metric_falls(self):
        spark = sparkline(weekly(19, 15, 11), D(19), D(12))
        heights = [y for _, y in spots(spark.polyline)]
        assert heights == sorted(heights)

    def test_one_point_is_a_dot(self):
        spark = sparkline(weekly(5), D(4), D(6))
        assert spark.polyline == ""
        assert (spark.dot_x, spark.dot_y) == ("80.0", "13.0")

    def test_no_point_is_the_expected_line_alone(self):
        spark = sparkline([], D(4), D(6))
        assert spark.path_expected
        assert (spark.polyline, spark.dot_x, spark.dot_y) == ("", "", "")
        assert sparkline([], None, None).path_expected == ""

    def test_a_flat_line_stands_in_the_middle(self):
        assert {y for _, y in spots(sparkline(weekly(5, 5, 5), D(5), D(5)).polyline)} == {13.0}

    @given(
        st.lists(st.tuples(st.integers(-400, 400), st.decimals(-(10**9), 10**9, places=4)), max_size=60),
        st.none() | st.decimals(-(10**9), 10**9, places=4),
        st.booleans(),
    )
    def test_never_leaves_its_box(self, rows, expected, dated):
        points = sorted((YEAR.start + timedelta(days=offset), value) for offset, value in rows)
        limits = {"since": YEAR.start, "until": TODAY} if dated else {}
        spark = sparkline(points, D(0), expected, **limits)
        for x, y in [*spots(spark.polyline), *spots(spark.path_expected)]:
            assert 0 <= x <= 84
            assert 0 <= y <= 26


class TestTrend:
    def test_of_the_mock_up(self):
        chart = trend(UP, YEAR, TODAY, MEASURED, wording=FRENCH, step_targets=STEPS, forecast=forecast(MEASURED, YEAR))
        assert chart.view_box == "0 0 920 330"
        assert [guide.label.text for guide in chart.guides] == ["55", "60", "65", "70"]
        months = "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc."
        assert " ".join(mark.label.text for mark in chart.graduations) == months
        assert chart.target.label.text == "72\u00a0%"
        assert [step.label.text for step in chart.steps] == ["58,0", "63,2", "66,0"]
        assert chart.needle.label.text == "mar. 19 mai"
        assert chart.last_label.text == "59,2\u00a0%"
        assert chart.expected_label.text == "60,8\u00a0%"
        assert chart.outlook.label.text == "66,9\u00a0%"
        assert chart.limits == ()
        assert len(chart.dots) == 19

    def test_the_expected_line_passes_through_what_is_expected_today(self):
        chart = trend(UP, YEAR, TODAY, [(TODAY, D(60))], wording=FRENCH, step_targets=STEPS)
        (x0, y0), (x1, y1) = spots(chart.expected)[1:3]
        needle = float(chart.needle.x)
        on_line = y0 + (y1 - y0) * (needle - x0) / (x1 - x0)
        top, bottom = spots(chart.expected)[-1][1], spots(chart.expected)[0][1]
        share = (expected_value(UP, YEAR, TODAY, STEPS) - 54) / 18
        assert on_line == pytest.approx(bottom - (bottom - top) * float(share), abs=0.15)
        # ...and the gap hangs from it, down to the measured value.
        gap_x, gap_from, gap_to = re.fullmatch(r"M(\S+) (\S+)V(\S+)", chart.gap).groups()
        assert float(gap_x) == needle == float(chart.last[0])
        assert float(gap_from) == pytest.approx(on_line, abs=0.15)
        assert gap_to == chart.last[1]

    def test_a_step_target_on_the_last_day_is_the_target_s(self):
        last = StepTarget(YEAR.end, D(60))
        assert trend(UP, YEAR, TODAY, [], wording=FRENCH, step_targets=[last]) == trend(
            UP, YEAR, TODAY, [], wording=FRENCH
        )

    def test_the_line_ends_in_the_corners(self):
        chart = trend(UP, YEAR, TODAY, [], wording=FRENCH)
        assert spots(chart.expected)[0][0] == float(chart.left)
        assert spots(chart.expected)[-1] == (float(chart.right), float(chart.target.y))

    @pytest.mark.parametrize(
        ("metric", "value", "behind"),
        [(UP, "59", True), (UP, "65", False), (DOWN, "16", True), (DOWN, "12", False), (DONE, "0.2", True)],
    )
    def test_marks_the_gap_only_where_it_is_behind(self, metric, value, behind):
        assert bool(trend(metric, QUARTER, TODAY, [(TODAY, D(value))], wording=ENGLISH).gap) is behind

    @pytest.mark.parametrize(
        ("metric", "value", "anchor", "above"),
        [
            (UP, "56", "end", True),
            (UP, "70", "start", False),
            (DOWN, "18", "end", False),
            (DOWN, "12", "start", True),
        ],
    )
    def test_the_expected_value_stands_in_a_free_corner_away_from_the_measured_one(self, metric, value, anchor, above):
        label = trend(metric, YEAR, TODAY, [(TODAY, D(value))], wording=FRENCH).expected_label
        expected_y = float(trend(metric, YEAR, TODAY, [(TODAY, EXPECTED[metric])], wording=FRENCH).last[1])
        assert label.anchor == anchor
        assert (float(label.y) < expected_y) is above

    def test_the_last_value_stands_left_where_the_right_is_taken(self):
        points = [(date(2026, 12, 26) + timedelta(days=place), D(70) + D(place) / 10) for place in range(3)]
        early, late = (
            trend(UP, YEAR, TODAY, MEASURED, wording=FRENCH),
            trend(UP, YEAR, date(2026, 12, 29), points, wording=FRENCH, forecast=forecast(points, YEAR)),
        )
        assert early.last_label.anchor == "start"
        assert late.last_label.anchor == "end"

    def test_a_step_is_named_only_where_its_text_covers_nothing(self):
        steps = [StepTarget(date(2026, month, 28), D(54 + month)) for month in range(1, 12)]
        ahead = [(step.on - timedelta(days=3), step.value + 1) for step in steps[:4]]
        chart = trend(UP, YEAR, TODAY, ahead, wording=FRENCH, step_targets=steps)
        named = [step.label is not None for step in chart.steps]
        assert len(named) == 11
        assert not any(named[1:3])
        assert all(named[6:])

    def test_a_quarter_is_graduated_in_iso_weeks(self):
        chart = trend(DOWN, QUARTER, TODAY, [], wording=Wording("fr", "count", unit_label="min"))
        assert [mark.label.text for mark in chart.graduations] == [f"S{week}" for week in range(14, 27)]
        assert chart.target.label.text == "11\u00a0min"

    def test_a_year_that_begins_in_july_begins_there(self):
        year = Period(date(2026, 7, 1), date(2027, 6, 30))
        marks = trend(UP, year, date(2026, 9, 1), [], wording=ENGLISH).graduations
        assert [mark.label.text for mark in marks][:2] == ["Jul", "Aug"]
        assert [place for place, mark in enumerate(marks) if mark.y == "299.0"] == [0, 3, 6, 9]

    def test_a_band_has_limits_and_nothing_expected(self):
        chart = trend(WITHIN, QUARTER, TODAY, weekly(6, 4, since=QUARTER.start), wording=Wording("en", "days"))
        assert [limit.label.text for limit in chart.limits] == ["3\u00a0days", "5\u00a0days"]
        assert (chart.target, chart.expected, chart.expected_label, chart.gap) == (None, "", None, "")

    def test_a_milestone_goes_from_0_to_100_percent(self):
        chart = trend(DONE, QUARTER, TODAY, [(TODAY, D("0.5"))], wording=Wording("en", "done"))
        assert [guide.label.text for guide in chart.guides] == ["0%", "25%", "50%", "75%", "100%"]
        assert (chart.last_label.text, chart.expected_label.text) == ("50%", "54%")

    def test_money_is_in_millions(self):
        metric = Metric(Direction.UP, D(11_200_000), D(19_000_000))
        chart = trend(metric, YEAR, TODAY, [], wording=Wording("en", "money"))
        assert [guide.label.text for guide in chart.guides] == ["€12M", "€14M", "€16M", "€18M"]

    def test_without_points_shows_the_plan_alone(self):
        chart = trend(UP, YEAR, TODAY, [], wording=FRENCH)
        assert (chart.measured, chart.dots, chart.last, chart.last_label, chart.gap) == ("", (), None, None, "")
        assert chart.expected
        assert chart.expected_label

    def test_notes_get_pins_that_cover_neither_the_line_nor_each_other(self):
        notes = [MEASURED[7], MEASURED[15], MEASURED[16], MEASURED[-1]]
        before = [(date(2025, 12, 31), D(54))]
        chart = trend(UP, YEAR, TODAY, MEASURED, wording=FRENCH, notes=[*before, *notes])
        dots = [*chart.dots, chart.last]
        assert [pin.x for pin in chart.pins] == [dots[place][0] for place in (7, 15, 16, -1)]
        middles = [(float(pin.x), float(pin.y)) for pin in chart.pins]
        for place, one in enumerate(middles):
            assert all(math.dist(one, other) >= 16 for other in middles[place + 1 :])
            assert all(math.dist(one, (float(x), float(y))) > 8 for x, y in dots)
            assert 22 <= one[1] - 8 < one[1] + 8 <= 292

    def test_one_point_is_a_dot(self):
        chart = trend(UP, YEAR, TODAY, weekly(55), wording=FRENCH)
        assert chart.measured == ""
        assert chart.last
        assert chart.last_label.text == "55\u00a0%"

    def test_leaves_out_what_is_not_of_the_period(self):
        points = [(date(2025, 12, 31), D(500)), *MEASURED, (date(2027, 1, 1), D(900))]
        assert trend(UP, YEAR, TODAY, points[::-1], wording=FRENCH) == trend(UP, YEAR, TODAY, MEASURED, wording=FRENCH)

    @pytest.mark.parametrize("today", [date(2025, 12, 31), date(2027, 1, 1)])
    def test_outside_the_period_there_is_no_today(self, today):
        chart = trend(UP, YEAR, today, MEASURED, wording=FRENCH)
        assert (chart.needle, chart.expected_label) == (None, None)

    def test_a_wild_forecast_is_cut_at_the_edge(self):
        points = weekly(54, 56, 56.5)
        wild = forecast(points, YEAR)
        chart = trend(UP, YEAR, date(2026, 1, 25), points, wording=FRENCH, forecast=wild)
        plain = trend(UP, YEAR, date(2026, 1, 25), points, wording=FRENCH)
        assert wild.value > 100
        # The rest keeps at least half of its height.
        assert abs(spots(chart.expected)[0][1] - spots(chart.expected)[-1][1]) > 0.5 * abs(
            spots(plain.expected)[0][1] - spots(plain.expected)[-1][1]
        )
        assert spots(chart.outlook.line)[-1][0] < float(chart.right)
        assert {y for _, y in spots(chart.outlook.line + chart.outlook.band) if not 22 <= y <= 292} == set()

    def test_texts_on_the_right_keep_apart(self):
        points = [(date(2026, 1, 1) + timedelta(days=20 * place), D(54) + place) for place in range(17)]
        for shift in (D("-1.5"), D("-0.7"), D(0), D("0.7"), D("1.5")):
            moved = [(day, value + shift) for day, value in points]
            chart = trend(UP, YEAR, date(2026, 11, 20), moved, wording=FRENCH, forecast=forecast(moved, YEAR))
            distance = float(chart.outlook.label.y) - float(chart.target.label.y)
            assert distance >= 13.9 or distance <= -27.9

    @given(
        st.sampled_from([UP, DOWN, WITHIN, DONE, Metric(Direction.UP, None, D(72)), Metric(Direction.UP, D(1), D(2))]),
        st.sampled_from([YEAR, QUARTER]),
        st.integers(-30, 400),
        st.lists(st.tuples(st.integers(-10, 380), st.decimals(-100, 10**9, places=2)), max_size=30),
        st.sampled_from(["fr", "en"]),
        st.sampled_from(["percent", "money", "count", "done"]),
        st.booleans(),
    )
    def test_marks_stay_in_the_plot_area_and_texts_apart(self, metric, period, now, rows, language, unit, stepped):
        points = [(period.start + timedelta(days=offset), value) for offset, value in rows]
        today = period.start + timedelta(days=now)
        options = {"wording": Wording(language, unit), "step_targets": STEPS if stepped else ()}
        outlook = forecast(points, period)
        large = trend(metric, period, today, points, forecast=outlook, **options)
        small = drill_trend(metric, period, today, points, **options)
        for chart, top, bottom in ((large, 22, 292), (small, 14, 130)):
            drawn = spots(chart.measured) + spots(chart.expected)
            drawn += [(float(chart.last[0]), float(chart.last[1]))] if chart.last else []
            for x, y in drawn:
                assert float(chart.left) <= x <= float(chart.right)
                assert top <= y <= bottom
            if chart.last_label and chart.expected_label:
                assert not box(chart.last_label).meets(box(chart.expected_label, EXPECTED_WORD))
        if large.outlook:
            for x, y in spots(large.outlook.band) + spots(large.outlook.line):
                assert float(large.left) <= x <= float(large.right)
                assert 22 <= y <= 292


class TestDrillTrend:
    def test_of_the_mock_up(self):
        chart = drill_trend(UP, YEAR, TODAY, MEASURED, wording=ENGLISH)
        assert chart.view_box == "0 0 400 150"
        assert [label.text for label in chart.graduations] == ["Q1", "Q2", "Q3", "Q4"]
        assert [label.text for label in chart.level_labels] == ["54%", "72%"]
        assert chart.levels == ("130.0", "14.0")
        assert spots(chart.expected) == [(4.0, 130.0), (float(chart.right), 14.0)]
        assert (chart.last_label.text, chart.expected_label.text) == ("59.2%", "60.9%")

    def test_a_quarter_is_graduated_in_months(self):
        chart = drill_trend(DOWN, QUARTER, TODAY, [], wording=Wording("fr", "count", unit_label="min"))
        assert [label.text for label in chart.graduations] == ["avr.", "mai", "juin"]
        assert chart.levels == ("14.0", "130.0")  # from 19 down to 11

    def test_names_only_the_target_where_both_ends_would_overlap(self):
        chart = drill_trend(UP, YEAR, TODAY, weekly(55, 900), wording=ENGLISH)
        assert [label.text for label in chart.level_labels] == ["72%"]


class TestTicks:
    @pytest.mark.parametrize(
        ("low", "high", "ticks"),
        [
            (52.2, 73.8, ["55", "60", "65", "70"]),
            (0, 1, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
            (-2.0, 0.8, ["-2.0", "-1.5", "-1.0", "-0.5", "0.0", "0.5"]),
            (0, 15, ["0", "2.5", "5.0", "7.5", "10.0", "12.5", "15.0"]),
        ],
    )
    def test_are_round(self, low, high, ticks):
        assert round_ticks(low, high) == [D(tick) for tick in ticks]

    @given(st.floats(-1e9, 1e9), st.floats(1e-3, 1e9))
    def test_are_a_few_inside_the_range(self, low, height):
        ticks = round_ticks(low, low + height)
        assert 1 <= len(ticks) <= 7
        assert all(D(low) <= tick <= D(low + height) for tick in ticks)


class TestTemplates:
    def draw(self, template: str, language: str = "fr", **context) -> ET.Element:
        with translation.override(language):
            return ET.fromstring(render_to_string(template, context))

    def texts(self, drawing: ET.Element) -> list[str]:
        return [element.text.replace("\u00a0", " ") for element in drawing.iter("text")]

    def test_spark_is_decorative_unless_it_is_given_a_label(self):
        spark = sparkline(weekly(54, 55, 57), D(54), D(58))
        silent, named = (
            self.draw("okr/_spark.html", spark=spark),
            self.draw("okr/_spark.html", spark=spark, label="A & B"),
        )
        assert (silent.get("aria-hidden"), silent.get("role")) == ("true", None)
        assert (named.get("aria-hidden"), named.get("role"), named.get("aria-label")) == (None, "img", "A & B")
        assert silent.find("polyline").get("points") == spark.polyline
        assert silent.find("circle").get("cx") == "80.0"  # never "80,0", whatever the language

    def test_an_empty_spark_draws_nothing(self):
        assert len(self.draw("okr/_spark.html", spark=sparkline([], None, None))) == 0

    def test_trend_draws_every_part(self):
        chart = trend(UP, YEAR, TODAY, MEASURED, wording=ENGLISH, step_targets=STEPS, forecast=forecast(MEASURED, YEAR))
        drawing = self.draw("okr/_trend.html", "en", trend=chart, label="From 54% to 59.2%")
        assert (drawing.get("role"), drawing.get("aria-label")) == ("img", "From 54% to 59.2%")
        assert {element.get("class") for element in drawing} == {
            *("g", "tgt", "s", "b", "band", "f", "e", "step", "now", "a", "l", "pt", "gap", "d"),
            None,
        }
        texts = self.texts(drawing)
        assert {"72% target", "59.2%", "expected 60.8%", "66.9%", "forecast", "Tue 19 May", "63.2"} <= set(texts)

    def test_small_trend_draws_every_part(self):
        chart = drill_trend(UP, YEAR, TODAY, MEASURED, wording=ENGLISH)
        drawing = self.draw("okr/_trend_small.html", "en", trend=chart, label="From 54% to 59.2%")
        assert drawing.get("aria-label") == "From 54% to 59.2%"
        assert {element.get("class") for element in drawing} == {"g", "b", "e", "gap", "l", "d", "s", None}
        assert self.texts(drawing) == ["Q1", "Q2", "Q3", "Q4", "54%", "72%", "59.2%", "expected 60.9%"]

    @pytest.mark.parametrize("metric", [UP, WITHIN, DONE, Metric(Direction.UP, None, None)])
    def test_an_unmeasured_key_result_can_be_drawn(self, metric):
        wording = Wording("fr", "percent")
        large, small = (draw(metric, YEAR, TODAY, [], wording=wording) for draw in (trend, drill_trend))
        assert self.draw("okr/_trend.html", trend=large, label="x").find("polyline") is None
        assert self.draw("okr/_trend_small.html", trend=small, label="x").find("polyline") is None

    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_no_style_nor_script_stands_in_them(self, language):
        chart = trend(UP, YEAR, TODAY, MEASURED, wording=Wording(language, "percent"))
        drawing = self.draw("okr/_trend.html", language, trend=chart, label="x")
        for element in drawing.iter():
            assert not {name for name in element.attrib if name == "style" or name.startswith("on")}
            assert element.tag not in ("style", "script")
