"""Charts as geometry: pure functions that return the numbers of an SVG; templates draw them.

Coordinates are strings with one decimal, so that no template localises them. Texts are figures and dates in the
reader's language; words ("expected", "target") are the template's.
"""

from okr.charts.drill import DrillTrend, drill_trend
from okr.charts.fact import FactChart, fact_charts
from okr.charts.scale import Label, Wording
from okr.charts.small import SmallChart, small_chart
from okr.charts.spark import Spark, sparkline
from okr.charts.trend import Trend, trend

__all__ = [
    "DrillTrend",
    "FactChart",
    "Label",
    "SmallChart",
    "Spark",
    "Trend",
    "Wording",
    "drill_trend",
    "fact_charts",
    "small_chart",
    "sparkline",
    "trend",
]
