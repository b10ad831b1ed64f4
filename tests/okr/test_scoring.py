"""The method's arithmetic (method.md § 1): worked examples of each rule, and what must hold for any figures."""

from datetime import date, timedelta
from decimal import Decimal as D
from decimal import localcontext

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from okr.scoring import (
    Ambition,
    BadMetric,
    Band,
    Direction,
    Fault,
    Metric,
    Period,
    Problem,
    Status,
    Step,
    StepTarget,
    Thresholds,
    ZeroWeight,
    check_metric,
    check_step_targets,
    clamp,
    confidence_mark,
    elapsed_share,
    expected_progress,
    expected_value,
    forecast,
    misses_commitment,
    pace,
    propose_score,
    raw_progress,
    roll_up,
    roll_up_status,
    score_band,
    status,
)

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
QUARTER = Period(date(2026, 7, 3), date(2026, 9, 30))  # 90 days
MID = date(2026, 8, 16)  # its 45th day
UP = Metric(Direction.UP, D(54), D(72))
DOWN = Metric(Direction.DOWN, D(19), D(11))
WITHIN = Metric(Direction.WITHIN, None, None, low=D(3), high=D(5), tolerance=D(2))
DONE = Metric(Direction.DONE, None, None)
CLOSE = D("1e-25")

figures = st.decimals(min_value=-(10**9), max_value=10**9, places=4)
positive = st.decimals(min_value=D("0.01"), max_value=10**6, places=2)
weights = st.decimals(min_value=0, max_value=100, places=2)
shares = st.decimals(min_value=-2, max_value=3, places=4)
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def day(number: int) -> date:
    """The n-th day of the 90-day quarter."""
    return QUARTER.start + timedelta(days=number - 1)


def milestone(*steps: tuple[str, bool]) -> Metric:
    return Metric(Direction.DONE, None, None, steps=tuple(Step(D(weight), done) for weight, done in steps))


def status_of(metric: Metric, current: str | None, today: date = MID, **options) -> Status:
    """A key result checked in today, weekly, unless said otherwise."""
    facts = {"period": QUARTER, "last_check_in": today, "cadence_days": 7} | options
    return status(metric, None if current is None else D(current), today=today, **facts)


@st.composite
def periods(draw) -> Period:
    start = draw(days)
    return Period(start, start + timedelta(days=draw(st.integers(0, 400))))


@st.composite
def moves(draw) -> Metric:
    start, target = draw(figures), draw(figures)
    assume(start != target)
    return Metric(Direction.UP if target > start else Direction.DOWN, start, target)


class TestProgress:
    @pytest.mark.parametrize(
        ("metric", "current", "progress"),
        [
            (UP, "54", "0"),
            (UP, "72", "1"),
            (UP, "58.5", "0.25"),
            (Metric(Direction.UP, D(50), D(100)), "44", "-0.12"),  # below its start
            (Metric(Direction.UP, D(50), D(100)), "115", "1.3"),  # beyond its target
            (DOWN, "15", "0.5"),
            (DOWN, "21", "-0.25"),
            (Metric(Direction.UP, D("-1.80"), D("0.60")), "-0.90", "0.375"),
        ],
    )
    def test_is_the_unclamped_share_of_the_way(self, metric, current, progress):
        assert raw_progress(metric, D(current)) == D(progress)

    @pytest.mark.parametrize("metric", [UP, DOWN, WITHIN, DONE])
    def test_is_unknown_without_a_value(self, metric):
        assert raw_progress(metric, None) is None

    @pytest.mark.parametrize(
        "metric",
        [
            Metric(Direction.UP, None, D(72)),
            Metric(Direction.UP, D(54), None),
            Metric(Direction.WITHIN, None, None, low=None, high=D(5)),
            Metric(Direction.WITHIN, None, None, low=D(3), high=None),
        ],
    )
    def test_is_unknown_while_the_metric_is_not_complete(self, metric):
        assert raw_progress(metric, D(60)) is None

    @pytest.mark.parametrize(
        ("current", "progress"),
        [("3", "1"), ("4.2", "1"), ("5", "1"), ("6", "0.5"), ("2", "0.5"), ("7", "0"), ("9", "-1"), ("0", "-0.5")],
    )
    def test_within_falls_with_the_distance_to_the_band(self, current, progress):
        assert raw_progress(WITHIN, D(current)) == D(progress)

    def test_within_lends_the_width_of_its_band_as_tolerance(self):
        band = Metric(Direction.WITHIN, None, None, low=D(10), high=D(14))
        assert raw_progress(band, D(15)) == D("0.75")

    def test_done_is_the_share_of_finished_weights(self):
        assert raw_progress(milestone(("1", True), ("2", False), ("1", True)), None) == D("0.5")
        assert raw_progress(milestone(("3", True), ("1", False)), None) == D("0.75")

    @pytest.mark.parametrize(("done", "progress"), [(True, 1), (False, 0)])
    def test_a_single_step_is_all_or_nothing(self, done, progress):
        assert raw_progress(milestone(("7", done)), None) == progress

    def test_steps_win_over_a_stated_share(self):
        assert raw_progress(milestone(("1", True), ("1", False)), D("0.9")) == D("0.5")

    def test_a_milestone_without_steps_takes_its_value_as_share(self):
        assert raw_progress(DONE, D("0.4")) == D("0.4")

    @pytest.mark.parametrize(
        ("metric", "current"),
        [
            (Metric(Direction.UP, D(5), D(5)), "5"),
            (milestone(("0", True)), None),
            (Metric(Direction.WITHIN, None, None, low=D(3), high=D(3)), "4"),
        ],
    )
    def test_of_an_impossible_metric_is_refused(self, metric, current):
        with pytest.raises(BadMetric):
            raw_progress(metric, None if current is None else D(current))

    def test_does_not_depend_on_the_precision_of_the_caller(self):
        with localcontext() as context:
            context.prec = 2
            rough = raw_progress(UP, D("59.2"))
        assert rough == raw_progress(UP, D("59.2")) == D("0.2888888888888888888888888888888889")

    @given(moves())
    def test_is_0_at_the_start_and_1_at_the_target(self, metric):
        assert raw_progress(metric, metric.start) == 0
        assert raw_progress(metric, metric.target) == 1

    @given(moves(), figures, positive, figures)
    def test_does_not_depend_on_the_unit(self, metric, current, scale, shift):
        def convert(value):
            return value * scale + shift

        same = Metric(metric.direction, convert(metric.start), convert(metric.target))
        with localcontext() as context:
            context.prec = 60
            difference = raw_progress(metric, current) - raw_progress(same, convert(current))
            assert abs(difference) <= CLOSE * max(1, abs(raw_progress(metric, current)))

    @given(moves(), figures)
    def test_down_mirrors_up(self, metric, current):
        other = Direction.UP if metric.direction is Direction.DOWN else Direction.DOWN
        mirrored = Metric(other, -metric.start, -metric.target)
        assert raw_progress(mirrored, -current) == raw_progress(metric, current)

    @given(moves(), figures, figures)
    def test_rises_towards_the_target(self, metric, one, other):
        nearer, further = sorted((one, other), reverse=metric.direction is Direction.UP)
        assert raw_progress(metric, nearer) >= raw_progress(metric, further)

    @given(shares)
    def test_clamped_stays_between_0_and_1(self, progress):
        assert 0 <= clamp(progress) <= 1
        assert clamp(progress) == progress or not 0 <= progress <= 1


class TestCheckMetric:
    @pytest.mark.parametrize("metric", [UP, DOWN, WITHIN, DONE, milestone(("1", False), ("0", True))])
    def test_accepts_a_sound_one(self, metric):
        assert check_metric(metric) == []

    @pytest.mark.parametrize(
        ("metric", "code", "field"),
        [
            (Metric(Direction.UP, D(5), D(5)), Fault.START_EQUALS_TARGET, "target"),
            (Metric(Direction.UP, D(5), D(4)), Fault.DIRECTION_DISAGREES, "direction"),
            (Metric(Direction.DOWN, D(4), D(5)), Fault.DIRECTION_DISAGREES, "direction"),
            (Metric(Direction.UP, None, D(5)), Fault.MISSING, "start"),
            (Metric(Direction.DOWN, D(5), None), Fault.MISSING, "target"),
            (Metric(Direction.UP, D("NaN"), D(5)), Fault.NOT_FINITE, "start"),
            (Metric(Direction.UP, D(5), D("Infinity")), Fault.NOT_FINITE, "target"),
            (Metric(Direction.WITHIN, None, None, low=None, high=D(5)), Fault.MISSING, "low"),
            (Metric(Direction.WITHIN, None, None, low=D(3), high=None), Fault.MISSING, "high"),
            (Metric(Direction.WITHIN, None, None, low=D(5), high=D(3)), Fault.BAND_INVERTED, "high"),
            (Metric(Direction.WITHIN, None, None, low=D(3), high=D(3)), Fault.TOLERANCE_NEEDED, "tolerance"),
            (
                Metric(Direction.WITHIN, None, None, low=D(3), high=D(5), tolerance=D(0)),
                Fault.TOLERANCE_NOT_POSITIVE,
                "tolerance",
            ),
            (
                Metric(Direction.WITHIN, None, None, low=D(3), high=D(5), tolerance=D("Infinity")),
                Fault.NOT_FINITE,
                "tolerance",
            ),
            (milestone(("0", True), ("0", False)), Fault.WEIGHTS_ZERO, "steps"),
            (milestone(("-1", True), ("3", False)), Fault.WEIGHT_NEGATIVE, "steps"),
            (milestone(("NaN", True)), Fault.NOT_FINITE, "steps"),
        ],
    )
    def test_names_the_fault_and_the_field(self, metric, code, field):
        assert check_metric(metric) == [Problem(code, field)]

    def test_names_every_missing_end(self):
        assert check_metric(Metric(Direction.UP, None, None)) == [
            Problem(Fault.MISSING, "start"),
            Problem(Fault.MISSING, "target"),
        ]

    @given(
        st.builds(
            Metric,
            st.sampled_from(Direction),
            *[st.none() | figures] * 2,
            low=st.none() | figures,
            high=st.none() | figures,
            tolerance=st.none() | figures,
            steps=st.lists(st.builds(Step, figures, st.booleans()), max_size=3).map(tuple),
        ),
        figures,
    )
    def test_a_sound_metric_always_gives_a_progress(self, metric, current):
        assume(not check_metric(metric))
        assert raw_progress(metric, current).is_finite()

    def test_of_step_targets(self):
        inside, twice = StepTarget(day(10), D(1)), StepTarget(day(10), D(2))
        assert check_step_targets(QUARTER, [inside]) == []
        assert check_step_targets(QUARTER, [inside, twice]) == [Problem(Fault.STEP_TARGET_REPEATED, "step_targets")]
        outside = StepTarget(day(91), D(1))
        assert check_step_targets(QUARTER, [outside]) == [Problem(Fault.STEP_TARGET_OUTSIDE, "step_targets")]
        assert check_step_targets(QUARTER, [StepTarget(day(1), D("NaN"))]) == [
            Problem(Fault.NOT_FINITE, "step_targets")
        ]


class TestExpected:
    @pytest.mark.parametrize(
        ("number", "share"),
        [(-30, D(0)), (0, D(0)), (1, D(1) / 90), (9, D("0.1")), (45, D("0.5")), (90, D(1)), (91, D(1)), (400, D(1))],
    )
    def test_share_counts_today_as_elapsed(self, number, share):
        assert abs(elapsed_share(QUARTER, day(number)) - share) < CLOSE

    def test_on_19_may_38_percent_of_the_year_has_passed(self):
        assert round(elapsed_share(YEAR, date(2026, 5, 19)), 2) == D("0.38")

    def test_value_follows_the_straight_line(self):
        assert expected_value(UP, QUARTER, day(45)) == 63
        assert expected_value(DOWN, QUARTER, day(45)) == 15
        assert expected_value(UP, QUARTER, day(0)) == 54
        assert expected_value(UP, QUARTER, day(120)) == 72

    STEPS = (
        StepTarget(date(2026, 3, 31), D(58)),
        StepTarget(date(2026, 6, 30), D("63.2")),
        StepTarget(date(2026, 9, 30), D(66)),
    )

    @pytest.mark.parametrize(
        ("today", "value"),
        [
            (date(2025, 12, 31), "54"),
            (date(2026, 3, 31), "58"),
            (date(2026, 5, 19), "60.8"),  # 58 + 5.2 × 49/91
            (date(2026, 6, 30), "63.2"),
            (date(2026, 9, 30), "66"),
            (date(2026, 12, 31), "72"),
        ],
    )
    def test_value_follows_step_targets(self, today, value):
        assert expected_value(UP, YEAR, today, self.STEPS) == D(value)
        assert expected_value(UP, YEAR, today, self.STEPS[::-1]) == D(value)

    def test_progress_follows_step_targets(self):
        assert abs(expected_progress(UP, YEAR, date(2026, 5, 19), self.STEPS) - D("6.8") / 18) < CLOSE

    def test_seasonality_can_expect_next_to_nothing_until_black_friday(self):
        shop = Metric(Direction.UP, D(100), D(200))
        steps = [StepTarget(date(2026, 10, 31), D(100)), StepTarget(date(2026, 11, 30), D(190))]
        assert expected_progress(shop, YEAR, date(2026, 10, 31), steps) == 0
        assert expected_progress(shop, YEAR, date(2026, 11, 30), steps) == D("0.9")

    @pytest.mark.parametrize("on", [QUARTER.start - timedelta(days=1), QUARTER.end, QUARTER.end + timedelta(days=9)])
    def test_step_targets_on_the_last_day_or_outside_have_no_say(self, on):
        strange = [StepTarget(on, D(0))]
        for number in (0, 1, 45, 89, 90, 120):
            assert expected_value(UP, QUARTER, day(number), strange) == expected_value(UP, QUARTER, day(number))

    def test_a_milestone_is_expected_as_a_share(self):
        assert expected_progress(DONE, QUARTER, day(45)) == expected_value(DONE, QUARTER, day(45)) == D("0.5")
        assert expected_progress(DONE, QUARTER, day(30), [StepTarget(day(30), D("0.8"))]) == D("0.8")

    def test_a_band_is_expected_every_day(self):
        assert expected_progress(WITHIN, QUARTER, day(1)) == 1
        assert expected_value(WITHIN, QUARTER, day(45)) is None

    def test_without_baseline_only_the_share_is_known(self):
        unmeasured = Metric(Direction.UP, None, D(72))
        assert expected_value(unmeasured, QUARTER, MID) is None
        assert expected_progress(unmeasured, QUARTER, MID, [StepTarget(day(3), D(60))]) == D("0.5")

    @given(periods(), days)
    def test_share_stays_between_0_and_1(self, period, today):
        assert 0 <= elapsed_share(period, today) <= 1

    @given(moves(), periods(), days, days)
    def test_straight_line_never_goes_back(self, metric, period, one, other):
        earlier, later = sorted((one, other))
        assert expected_progress(metric, period, earlier) <= expected_progress(metric, period, later)

    @given(moves(), periods(), days)
    def test_value_and_progress_agree(self, metric, period, today):
        value = expected_value(metric, period, today)
        assert abs(raw_progress(metric, value) - expected_progress(metric, period, today)) < D("1e-12")

    @given(moves(), periods(), days, st.lists(st.builds(StepTarget, days, figures), max_size=5))
    def test_broken_line_stays_between_its_corners_and_ends_at_the_target(self, metric, period, today, steps):
        values = [metric.start, metric.target, *(step.value for step in steps)]
        value = expected_value(metric, period, today, steps)
        assert min(values) - D("1e-12") <= value <= max(values) + D("1e-12")
        assert expected_value(metric, period, period.end, steps) == metric.target
        assert expected_value(metric, period, period.start - timedelta(days=1), steps) == metric.start

    def test_a_period_cannot_end_before_it_starts(self):
        with pytest.raises(ValueError, match="end before"):
            Period(date(2026, 2, 1), date(2026, 1, 31))


class TestStatus:
    """Half of the quarter has passed: 0.5 is expected, which is 63 on the way from 54 to 72."""

    @pytest.mark.parametrize(
        ("current", "expected"),
        [
            ("63", Status.ON_TRACK),
            ("62.1", Status.ON_TRACK),  # pace exactly 0.9
            ("62.0999", Status.AT_RISK),
            ("59.4", Status.AT_RISK),  # pace exactly 0.6
            ("59.3999", Status.OFF_TRACK),
            ("50", Status.OFF_TRACK),
            ("71.9999", Status.ON_TRACK),
            ("72", Status.ACHIEVED),
            ("80", Status.ACHIEVED),
        ],
    )
    def test_follows_the_pace(self, current, expected):
        assert status_of(UP, current) is expected

    @pytest.mark.parametrize("number", [14, 15, 16, 60])
    def test_a_repeating_share_does_not_move_a_threshold(self, number):
        # On the n-th of 90 days n/90 is expected, often without end in decimals; 0.9 n/90 and 0.6 n/90 are exact paces.
        metric = Metric(Direction.UP, D(0), D(900))
        assert status_of(metric, str(number * 9), day(number)) is Status.ON_TRACK
        assert status_of(metric, str(number * 6), day(number)) is Status.AT_RISK
        assert status_of(metric, str(number * 6 - D("0.0001")), day(number)) is Status.OFF_TRACK

    @pytest.mark.parametrize("metric", [UP, DOWN, WITHIN, DONE, milestone(("1", True))])
    def test_without_check_in_is_pending_to_the_end(self, metric):
        for today in (day(-5), day(1), MID, day(90), day(200)):
            assert status_of(metric, "4", today, last_check_in=None) is Status.PENDING

    def test_without_baseline_is_pending(self):
        assert status_of(Metric(Direction.UP, None, D(72)), "60") is Status.PENDING
        assert status_of(UP, None) is Status.PENDING

    @pytest.mark.parametrize("cadence", [7, 14, 31])
    def test_silence_begins_after_the_cadence_and_seven_days(self, cadence):
        heard, unheard = MID - timedelta(days=cadence + 7), MID - timedelta(days=cadence + 8)
        assert status_of(UP, "63", last_check_in=heard, cadence_days=cadence) is Status.ON_TRACK
        assert status_of(UP, "63", last_check_in=unheard, cadence_days=cadence) is Status.NO_UPDATE

    @pytest.mark.parametrize("current", ["50", "60", "63", "72", None])
    def test_silence_wins(self, current):
        assert status_of(UP, current, last_check_in=day(1)) is Status.NO_UPDATE

    def test_silence_is_measured_on_the_last_day_once_the_period_is_over(self):
        long_after = QUARTER.end + timedelta(days=300)
        assert status_of(UP, "72", long_after, last_check_in=day(80)) is Status.ACHIEVED
        assert status_of(UP, "60", long_after, last_check_in=day(80)) is Status.OFF_TRACK
        assert status_of(UP, "72", long_after, last_check_in=day(75)) is Status.NO_UPDATE

    @pytest.mark.parametrize(("number", "expected"), [(1, Status.AT_RISK), (9, Status.AT_RISK), (10, Status.OFF_TRACK)])
    def test_nobody_is_off_track_in_the_first_tenth(self, number, expected):
        assert status_of(UP, "40", day(number)) is expected
        assert status_of(WITHIN, "100", day(number)) is expected

    def test_the_first_tenth_changes_nothing_else(self):
        assert status_of(UP, "57", day(5)) is Status.ON_TRACK
        assert status_of(UP, "72", day(5)) is Status.ACHIEVED

    @pytest.mark.parametrize(
        ("current", "expected"),
        [
            ("3", Status.ON_TRACK),
            ("5", Status.ON_TRACK),
            ("6", Status.AT_RISK),  # half the tolerance of 2
            ("2", Status.AT_RISK),
            ("6.0001", Status.OFF_TRACK),
            ("1.9999", Status.OFF_TRACK),
        ],
    )
    def test_within_looks_at_half_the_tolerance_and_is_never_achieved(self, current, expected):
        assert status_of(WITHIN, current) is expected

    def test_a_milestone_has_a_pace(self):
        assert status_of(milestone(("1", True), ("1", False)), None) is Status.ON_TRACK
        assert status_of(milestone(("1", False)), None) is Status.OFF_TRACK
        assert status_of(milestone(("1", True)), None) is Status.ACHIEVED

    def test_where_nothing_is_expected_yet_only_a_loss_is_behind(self):
        flat = [StepTarget(day(60), D(54))]
        assert status_of(UP, "54", step_targets=flat) is Status.ON_TRACK
        assert status_of(UP, "53", step_targets=flat) is Status.OFF_TRACK
        assert status_of(UP, "53", day(3), step_targets=flat) is Status.AT_RISK
        assert status_of(UP, "54", QUARTER.start - timedelta(days=3)) is Status.ON_TRACK

    def test_a_seasonal_dip_is_judged_by_its_size(self):
        # 45 is expected on the 45th day, a progress of −0.5.
        dip = [StepTarget(day(45), D(45))]
        assert status_of(UP, "46", step_targets=dip) is Status.ON_TRACK
        assert status_of(UP, "44.1", step_targets=dip) is Status.ON_TRACK
        assert status_of(UP, "43", step_targets=dip) is Status.AT_RISK
        assert status_of(UP, "41", step_targets=dip) is Status.OFF_TRACK

    def test_thresholds_are_settings(self):
        strict = Thresholds(on_track=D(1), at_risk=D("0.8"), grace=D(0), stale_days=2)
        assert status_of(UP, "62.9", thresholds=strict) is Status.AT_RISK
        assert status_of(UP, "61", thresholds=strict) is Status.OFF_TRACK
        assert status_of(UP, "40", day(2), thresholds=strict) is Status.OFF_TRACK
        assert status_of(UP, "63", thresholds=strict, last_check_in=MID - timedelta(days=10)) is Status.NO_UPDATE

    @given(moves() | st.just(WITHIN) | st.just(DONE), st.none() | figures, periods(), days)
    def test_is_never_green_without_a_check_in(self, metric, current, period, today):
        found = status(metric, current, period=period, today=today, last_check_in=None, cadence_days=7)
        assert found is Status.PENDING

    @given(moves(), figures, periods(), st.integers(-50, 500), st.integers(0, 100), st.sampled_from([7, 14, 31]))
    def test_is_always_one_of_the_rules(self, metric, current, period, offset, age, cadence):
        today = period.start + timedelta(days=offset)
        last = today - timedelta(days=age)
        found = status(metric, current, period=period, today=today, last_check_in=last, cadence_days=cadence)
        progress, expected = raw_progress(metric, current), expected_progress(metric, period, today)
        if (min(today, period.end) - last).days > cadence + 7:
            assert found is Status.NO_UPDATE
        elif progress >= 1:
            assert found is Status.ACHIEVED
        elif progress >= expected:
            assert found is Status.ON_TRACK
        elif elapsed_share(period, today) <= D("0.1"):
            assert found in (Status.ON_TRACK, Status.AT_RISK)
        else:
            assert found in (Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK)

    @given(moves(), figures, figures)
    def test_more_progress_is_never_a_worse_status(self, metric, one, other):
        better, worse = sorted((one, other), reverse=metric.direction is Direction.UP)
        order = [Status.OFF_TRACK, Status.AT_RISK, Status.ON_TRACK, Status.ACHIEVED]
        assert order.index(status_of(metric, str(better))) >= order.index(status_of(metric, str(worse)))

    def test_pace(self):
        assert pace(D("0.27"), D("0.3")) == D("0.9")
        assert pace(D("0.5"), D(0)) is None
        assert pace(D("-0.1"), D("-0.2")) == D("1.5")


class TestConfidence:
    @pytest.mark.parametrize(
        ("confidences", "marked"),
        [
            ([], False),
            ([5], False),
            ([3], True),
            ([1], True),
            ([4], False),
            ([9, 6], True),
            ([9, 7], False),
            ([6, 9], False),
            ([9, 7, 5], False),  # since the previous check-in, not in all
            ([2, 5], False),
        ],
    )
    def test_is_marked_when_low_or_fallen(self, confidences, marked):
        assert confidence_mark(confidences) is marked

    def test_by_the_organization_s_settings(self):
        assert confidence_mark([5], Thresholds(low_confidence=5))
        assert confidence_mark([8, 7], Thresholds(confidence_fall=1))


class TestRollUp:
    def test_is_the_weighted_mean_with_its_coverage(self):
        found = roll_up([(D("0.5"), D(1)), (D(1), D(3)), (None, D(10)), (D("0.25"), D(0))])
        assert found.progress == D("0.875")
        assert (found.covered, found.total) == (3, 4)

    def test_clamps_what_it_averages(self):
        assert roll_up([(D("1.8"), D(1)), (D("-0.6"), D(1))]).progress == D("0.5")

    def test_without_data_is_unknown(self):
        assert roll_up([(None, D(1)), (None, D(1))]).progress is None
        assert roll_up([]).progress is None
        assert roll_up([(D("0.5"), D(0)), (None, D(1))]).progress is None

    @pytest.mark.parametrize("parts", [[(D(1), D(0)), (None, D(0))], [(D(1), D(2)), (D(1), D(-1))]])
    def test_refuses_weights_that_cannot_be_averaged(self, parts):
        with pytest.raises(ZeroWeight):
            roll_up(parts)

    @given(st.lists(st.tuples(st.none() | shares, weights), min_size=1))
    def test_stays_between_its_lowest_and_highest_part(self, parts):
        assume(any(weight for _, weight in parts))
        found = roll_up(parts)
        known = [clamp(progress) for progress, weight in parts if progress is not None and weight]
        assert (found.progress is None) == (not known)
        if known:
            assert min(known) - CLOSE <= found.progress <= max(known) + CLOSE
        assert found.covered == sum(progress is not None for progress, _ in parts) <= found.total == len(parts)

    @given(st.lists(st.tuples(shares, weights), min_size=1), positive)
    def test_only_relative_weights_matter(self, parts, scale):
        assume(any(weight for _, weight in parts))
        scaled = [(progress, weight * scale) for progress, weight in parts]
        assert abs(roll_up(parts).progress - roll_up(scaled).progress) < CLOSE


class TestRollUpStatus:
    ON, RISK, OFF, MADE = Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK, Status.ACHIEVED
    SILENT, NEW = Status.NO_UPDATE, Status.PENDING

    @pytest.mark.parametrize(
        ("statuses", "expected"),
        [
            ([], NEW),
            ([NEW, NEW], NEW),
            ([ON, NEW], NEW),
            ([ON, ON, NEW], ON),
            ([SILENT, ON], SILENT),
            ([SILENT, SILENT, ON, ON], SILENT),
            ([SILENT, ON, ON], ON),
            ([SILENT, NEW, ON, ON], SILENT),
            ([SILENT, SILENT, MADE], SILENT),
        ],
    )
    def test_half_without_news_is_no_green(self, statuses, expected):
        assert roll_up_status(statuses, D("0.5"), D("0.5")) is expected

    @pytest.mark.parametrize(
        ("progress", "expected"), [("0.5", ON), ("0.45", ON), ("0.44", RISK), ("0.3", RISK), ("0.29", OFF)]
    )
    def test_otherwise_follows_the_pace_of_the_means(self, progress, expected):
        assert roll_up_status([self.ON, self.OFF, self.RISK], D(progress), D("0.5")) is expected

    def test_is_never_worse_than_its_worst_key_result(self):
        assert roll_up_status([self.RISK, self.RISK], D("0.1"), D("0.5")) is self.RISK

    def test_is_achieved_when_all_are(self):
        assert roll_up_status([self.MADE, self.MADE], D(1), D("0.5")) is self.MADE
        assert roll_up_status([self.MADE, self.ON], D(1), D("0.75")) is self.MADE
        assert roll_up_status([self.ON, self.ON], D(1), D(1)) is self.ON  # bands only
        assert roll_up_status([self.MADE, self.ON], D("0.9"), D("0.5")) is self.ON

    def test_without_figures_is_pending(self):
        assert roll_up_status([self.ON], None, None) is self.NEW

    def test_by_the_organization_s_settings(self):
        assert roll_up_status([self.RISK], D("0.49"), D("0.5"), Thresholds(on_track=D(1))) is self.RISK


class TestForecast:
    WEEKLY = (54, 54.6, 55.1, 55.2, 55.4, 55.9, 56.1, 56.7, 56.8, 57, 57.2, 57.4, 57.3, 57.7, 57.6, 58.4, 57.9, 58.7)

    def points(self, *values, every=7, since=date(2026, 1, 6)):
        return [(since + timedelta(days=every * place), D(str(value))) for place, value in enumerate(values)]

    def test_extends_the_key_result_of_the_mock_up(self):
        found = forecast(self.points(*self.WEEKLY, 58.6, 59.2), YEAR)
        assert [round(value, 1) for value in (found.value, found.low, found.high)] == [D("66.9"), D("65.8"), D("68.0")]
        assert round(found.slope * 30, 1) == D("1.0")
        assert found.on == YEAR.end

    def test_of_a_perfect_line_has_no_spread(self):
        found = forecast(self.points(10, 12, 14), Period(date(2026, 1, 1), date(2026, 2, 3)))
        assert abs(found.value - 18) < CLOSE
        assert found.high - found.low < D("1e-12")
        assert abs(found.line.at(date(2026, 1, 6))[0] - 10) < CLOSE

    def test_spread_is_two_standard_errors_of_prediction(self):
        # Days 0, 1, 2 with values 0, 3, 0: the mean 1, slope 0, s² = 6, and at day 4 √(1 + 1/3 + 9/2).
        period = Period(date(2026, 1, 1), date(2026, 1, 5))
        found = forecast(self.points(0, 3, 0, every=1, since=date(2026, 1, 1)), period)
        spread = 2 * (D(6) * (1 + D(1) / 3 + D(9) / 2)).sqrt()
        assert (found.value, found.slope) == (1, 0)
        assert abs(found.high - 1 - spread) < D("1e-20")
        assert abs(1 - found.low - spread) < D("1e-20")

    def test_needs_three_days(self):
        assert forecast(self.points(10, 12), YEAR) is None
        assert forecast([*self.points(10, 12), *self.points(11)], YEAR) is None

    def test_takes_the_last_value_of_a_day(self):
        corrected = [(date(2026, 1, 6), D(99)), *self.points(10, 12, 14)]
        assert forecast(corrected, YEAR) == forecast(self.points(10, 12, 14), YEAR)

    def test_ends_with_the_period(self):
        assert forecast(self.points(10, 12, 14), Period(date(2026, 1, 1), date(2026, 1, 20))) is None
        assert forecast(self.points(10, 12, 14), Period(date(2026, 1, 1), date(2026, 1, 21))) is not None

    @given(st.lists(st.tuples(st.integers(0, 300), figures), min_size=3, max_size=30, unique_by=lambda point: point[0]))
    def test_lies_within_its_spread_whatever_the_order(self, rows):
        points = [(YEAR.start + timedelta(days=offset), value) for offset, value in rows]
        found, reversed_ = forecast(points, YEAR), forecast(points[::-1], YEAR)
        assert found.low <= found.value <= found.high
        assert abs(found.value - reversed_.value) <= D("1e-15") * max(1, abs(found.value))

    @given(figures, st.decimals(-1000, 1000, places=2), st.integers(3, 20))
    def test_finds_any_straight_line(self, start, slope, count):
        points = [(YEAR.start + timedelta(days=3 * place), start + slope * 3 * place) for place in range(count)]
        found = forecast(points, YEAR)
        assert abs(found.slope - slope) < D("1e-12")
        assert abs(found.value - (start + slope * 364)) < D("1e-9")


class TestScore:
    @pytest.mark.parametrize(
        ("current", "score"),
        [("54", "0.0"), ("40", "0.0"), ("64.8", "0.6"), ("72", "1.0"), ("90", "1.0"), ("54.9", "0.1"), ("54.8", "0.0")],
    )
    def test_is_proposed_from_clamped_progress(self, current, score):
        proposed = propose_score(UP, D(current))
        assert str(proposed) == score

    def test_is_not_proposed_without_data_nor_for_a_band(self):
        assert propose_score(UP, None) is None
        assert propose_score(WITHIN, D(4)) is None

    @pytest.mark.parametrize(
        ("score", "band"),
        [
            ("0", Band.RED),
            ("0.3", Band.RED),
            ("0.4", Band.AMBER),
            ("0.6", Band.AMBER),
            ("0.7", Band.GREEN),
            ("1.0", Band.GREEN),
            ("0.35", Band.AMBER),
        ],
    )
    def test_bands(self, score, band):
        assert score_band(D(score)) is band

    @pytest.mark.parametrize("score", ["-0.1", "1.1"])
    def test_outside_0_to_1_is_refused(self, score):
        with pytest.raises(ValueError, match="between 0 and 1"):
            score_band(D(score))

    @pytest.mark.parametrize(
        ("ambition", "score", "missed"),
        [
            (Ambition.COMMITTED, "0.9", True),
            (Ambition.COMMITTED, "1.0", False),
            (Ambition.ASPIRATIONAL, "0.2", False),
        ],
    )
    def test_only_a_commitment_can_be_missed(self, ambition, score, missed):
        assert misses_commitment(ambition, D(score)) is missed
