"""CSV files as people save them: read into a table, or refused with the line that is wrong; and the charts drawn of them."""

import datetime as dt
import json
import re
import xml.etree.ElementTree as ET
from decimal import Decimal as D

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from okr.charts import fact_charts
from okr.charts.days import day_of
from okr.forms.evidence import table_refusal
from okr.pages.evidence import draw, figures_of
from okr.tables import MAX_LINES, MAX_ROWS, Table, TableRefused, Trouble, read_table
from orgs.models import Organization

REASONS = "Motif;Part (%)\nProduit manquant;38\nAbîmé, date courte;21,5\nAutre;10\n"


def read(text: str, language: str = "fr", encoding: str = "utf-8") -> Table:
    return read_table(text.encode(encoding), language)


def refused(text: str | bytes, language: str = "fr") -> TableRefused:
    with pytest.raises(TableRefused) as caught:
        read_table(text if isinstance(text, bytes) else text.encode(), language)
    return caught.value


class TestReading:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
    @pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
    def test_encodings_and_line_ends(self, encoding, ends):
        text = REASONS.replace("\n", ends)
        if encoding in ("utf-16-le", "utf-16-be"):
            text = f"\ufeff{text}"
        table = read(text, encoding=encoding)
        assert table.columns == ("Motif", "Part (%)")
        assert table.rows == (("Produit manquant", (D(38),)), ("Abîmé, date courte", (D("21.5"),)), ("Autre", (D(10),)))

    @pytest.mark.parametrize(
        ("text", "values"),
        [
            ("a;b\nx;12,5\ny;1 234,5", [D("12.5"), D("1234.5")]),
            ("a,b\nx,12.5\ny,1234.5", [D("12.5"), D("1234.5")]),
            ('a,b\nx,"12,5"\ny,"1 234,5"', [D("12.5"), D("1234.5")]),
            ('a,b\nx,"1,234"\ny,12.5', [D(1234), D("12.5")]),
            ("a\tb\nx\t12,5\ny\t\u22123", [D("12.5"), D(-3)]),
            ("a;b\nx;0.850\ny;1.234", [D("0.85"), D("1.234")]),
            ("a;b\nx;1.234,5\ny;1.234", [D("1234.5"), None]),
            ("a;b\nx;12,5 %\ny;7 %", [D("12.5"), D(7)]),
            ("a;b\nx;4,10 €\ny;1,2 M€", [D("4.1"), D(1200000)]),
            ("a;b\nx;1\ny;", [D(1), None]),
            ("a;b\nx;1\ny;n/a", [D(1), None]),
            ("a;b\nx;1\ny", [D(1), None]),
            ("sep=;\na;b\nx;1\ny;2", [D(1), D(2)]),
            ("\n\na;b\n\nx;1\n;\ny;2\n\n", [D(1), D(2)]),
            ("a;b;;\nx;1;;\ny;2;;", [D(1), D(2)]),
        ],
    )
    def test_figures(self, text, values):
        if None in values and "1.234,5" in text:
            assert refused(text).trouble == Trouble.AMBIGUOUS
            return
        assert read(text).series(0) == values

    def test_several_columns_and_a_unit_that_every_figure_carries(self):
        table = read("Mois;Drive;Taux\n2025-01;31;12 %\n2025-02;;13,5 %")
        assert table.columns == ("Mois", "Drive", "Taux (%)")
        assert table.series(0) == [D(31), None]
        assert table.series(1) == [D(12), D("13.5")]

    def test_years_may_name_columns(self):
        assert read("Motif;2024;2025\nPrix;12;14").columns == ("Motif", "2024", "2025")

    def test_what_cannot_be_seen_is_left_out_of_labels(self):
        table = read('a;b\n"  Deux\n\tlignes  ";1\n\u202eretourné\u200f;2')
        assert [label for label, _ in table.rows] == ["Deux lignes", "retourné"]

    def test_a_formula_in_a_label_is_a_text(self):
        assert read("a;b\n=1+1;2").rows[0][0] == "=1+1"

    @pytest.mark.parametrize(
        ("text", "trouble", "line", "says"),
        [
            ("", Trouble.EMPTY, 0, "There is nothing to draw"),
            ("a;b\n", Trouble.EMPTY, 0, "There is nothing to draw"),
            ("a;b\nx;1\ny;abc", Trouble.NUMBER, 3, "Line 3, column “b”: “abc” is not a number."),
            ("a;b\nx;1.200", Trouble.AMBIGUOUS, 2, "“1.200” can be read as two different numbers"),
            ("a;b\nx;=SUM(B2)", Trouble.FORMULA, 2, "“=SUM(B2)” is a formula, and is not calculated"),
            ("a;b\nx;@SUM(B2)", Trouble.FORMULA, 2, "is a formula"),
            ("a;b\nx;+cmd|' /C calc'!A0", Trouble.FORMULA, 2, "is a formula"),
            ("a;b\nx;9999999999999", Trouble.NUMBER, 2, "is not a number"),
            ("12;13\nx;1", Trouble.HEADER, 1, "Line 1 holds figures: the first line must name the columns."),
            ("a;;c\nx;1;2", Trouble.UNNAMED, 1, "Line 1: column 2 has no name."),
            ("a\nx\ny", Trouble.ONE_COLUMN, 1, "Line 1 has one column"),
            ("a;b;c;d;e;f\nx;1;2;3;4;5", Trouble.COLUMNS, 1, "There are 5 columns of figures"),
            ("a;b\nx;1;7", Trouble.WIDTH, 2, "Line 2 has 3 columns, the first line 2."),
            ("a,b\nx,12,5", Trouble.WIDTH, 2, "Line 2 has 3 columns, the first line 2."),
            ('a;b\n"x;1\ny;2', Trouble.QUOTES, 3, "a quotation mark is not closed"),
            ("a;b\n;1", Trouble.LABEL, 2, "Line 2 has no label in its first column."),
            (f"a;b\n{'x' * 81};1", Trouble.LONG, 2, "is longer than 80 characters"),
            ("a;b\nx;\ny;-", Trouble.NO_FIGURES, 0, "There is no figure in it."),
            ("a;b\n" + "x;1\n" * (MAX_ROWS + 1), Trouble.ROWS, MAX_ROWS + 2, "There are more than 500 lines"),
            ("a;b\nx;1\n" + "\n" * MAX_LINES, Trouble.ROWS, MAX_LINES + 1, "There are more than 500 lines"),
            (b"a;b\n\x81\x00;1", Trouble.ENCODING, 0, "This is not a text file"),
            (b"\xff\xfea", Trouble.ENCODING, 0, "This is not a text file"),
            (b"a;b\n" + b"x" * 1_000_001, Trouble.ROWS, 0, "There are more than 500 lines"),
        ],
    )
    def test_what_is_wrong_is_said_with_its_line(self, text, trouble, line, says):
        caught = refused(text)
        assert (caught.trouble, caught.line) == (trouble, line)
        assert says in table_refusal(caught)

    def test_every_trouble_has_its_words(self):
        for trouble in Trouble:
            assert "%(" not in table_refusal(TableRefused(trouble, 3, "b", "x", 4))

    def test_500_lines_are_read(self):
        assert len(read("a;b\n" + "x;1\n" * MAX_ROWS).rows) == MAX_ROWS

    def test_empty_lines_do_not_count_among_them(self):
        assert len(read("a;b\n" + "x;1\n;\n" * MAX_ROWS + ";\n" * 10_000).rows) == MAX_ROWS

    def test_it_is_kept_as_json(self):
        table = read("Mois;Drive\n2025-01;31,25\n2025-02;\n2025-03;40")
        stored = json.loads(json.dumps(table.as_json()))
        assert stored == {
            "columns": ["Mois", "Drive"],
            "rows": [["2025-01", 31.25], ["2025-02", None], ["2025-03", 40]],
        }
        assert Table.from_json(stored) == table

    @given(st.binary(max_size=300) | st.text(st.sampled_from('ab1,;\t"\n.% =-€\u00a0é'), max_size=120).map(str.encode))
    def test_whatever_is_sent_it_is_read_or_refused(self, content):
        try:
            table = read_table(content, "fr")
        except TableRefused as caught:
            said = table_refusal(caught)
        else:
            assert all(len(figures) == len(table.columns) - 1 for _, figures in table.rows)
            said = "drawn" if fact_charts(table, "fr") else ""
        assert said


class TestDays:
    @pytest.mark.parametrize(
        ("label", "day"),
        [
            ("2025-03-31", (2025, 3, 31)),
            ("2025-03", (2025, 3, 1)),
            ("31/03/2025", (2025, 3, 31)),
            ("03/2025", (2025, 3, 1)),
            ("mars 2025", (2025, 3, 1)),
            ("Févr. 25", (2025, 2, 1)),
            ("12 août 2025", (2025, 8, 12)),
            ("Mar-25", (2025, 3, 1)),
            ("T1 2025", (2025, 1, 1)),
            ("Q4 25", (2025, 10, 1)),
            ("2025-T2", (2025, 4, 1)),
            ("2025-S02", (2025, 1, 6)),
            ("2025", (2025, 1, 1)),
            ("3 et plus", None),
            ("31/02/2025", None),
            ("12", None),
            ("Drive", None),
        ],
    )
    def test_labels(self, label, day):
        assert day_of(label) == (dt.date(*day) if day else None)


class TestCharts:
    def charts(self, text, language="fr"):
        return fact_charts(read(text, language), language)

    def test_few_categories_are_bars_with_the_largest_accented_and_values_written(self):
        (chart,) = self.charts(REASONS)
        assert chart.title == "Part"
        assert [bar.label.text for bar in chart.bars] == ["Produit manquant", "Abîmé, date courte", "Autre"]
        assert [bar.value.text.replace("\u00a0", " ") for bar in chart.bars] == ["38,0 %", "21,5 %", "10,0 %"]
        assert [bar.key for bar in chart.bars] == [True, False, False]
        widths = [float(bar.width) for bar in chart.bars]
        assert widths[0] / widths[2] == pytest.approx(3.8, rel=0.01)

    def test_short_names_stand_below_upright_bars(self):
        (chart,) = self.charts("Manquants;NPS\n0;44\n1;31\n2;12\n3 et +;-3")
        assert [bar.label.anchor for bar in chart.bars] == ["middle"] * 4
        zero = float(re.search(r"M0\.0 ([\d.]+)", chart.axis)[1])
        tops = [(float(bar.y), float(bar.y) + float(bar.height)) for bar in chart.bars]
        assert [round(bottom - zero, 1) for _, bottom in tops[:3]] == [0, 0, 0]
        assert tops[3][0] == zero  # below the line

    def test_dates_are_a_line_in_their_order_and_distance(self):
        (chart,) = self.charts("Date;Part (%)\n2025-01-31;12\n2025-01-01;10\n2025-03-02;14")
        (line,) = chart.lines
        xs = [float(x) for x in re.findall(r"([\d.]+),", line.path)]
        assert (xs[1] - xs[0]) * 2 == pytest.approx(xs[2] - xs[0], rel=0.01)
        assert line.end.text.replace("\u00a0", " ") == "14 %"
        assert [label.text for label in chart.labels][-1] == "2025-03-02"

    def test_a_gap_stays_a_gap(self):
        (chart,) = self.charts("Mois;NPS\n2025-01;1\n2025-02;2\n2025-03;\n2025-04;3\n2025-05;\n2025-06;5\n2025-07;6")
        assert chart.lines[0].path.count("M") == 2
        assert len(chart.lines[0].alone) == 1

    def test_lines_of_one_unit_share_a_scale_and_are_named(self):
        (chart,) = self.charts("Mois;Drive;Livraison\n2025-01;31;20\n2025-02;33;22\n2025-03;35;24")
        assert [line.end.text for line in chart.lines] == ["Drive 35", "Livraison 24"]
        assert [line.look for line in chart.lines] == ["l k", "l"]

    @pytest.mark.parametrize("head", ["Mois;Drive;Commandes", "Mois;Taux (%);Commandes"])
    def test_lines_of_other_sizes_or_units_stand_apart(self, head):
        charts = self.charts(f"{head}\n2025-01;31;20000\n2025-02;33;22000\n2025-03;35;24000")
        assert len(charts) == 2
        assert all(len(chart.lines) == 1 for chart in charts)

    @given(
        st.lists(st.text("abé 1", min_size=1, max_size=80).map(str.strip).filter(bool), min_size=1, max_size=30),
        st.integers(1, 4),
        st.data(),
    )
    def test_marks_stay_in_the_drawing(self, labels, width, data):
        figure = st.none() | st.decimals(-(10**9), 10**9, places=2)
        rows = tuple((label, tuple(data.draw(figure) for _ in range(width))) for label in labels)
        for chart in fact_charts(Table(("x", *"abcd"[:width]), rows), "fr"):
            _, _, right, bottom = (float(number) for number in chart.view_box.split())
            for bar in chart.bars:
                assert -0.1 <= float(bar.x) <= float(bar.x) + float(bar.width) <= right + 0.1
                assert -0.1 <= float(bar.y) <= float(bar.y) + float(bar.height) <= bottom + 0.1
            for line in chart.lines:
                for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", line.path):
                    assert -0.1 <= float(x) <= right + 0.1
                    assert -0.1 <= float(y) <= bottom + 0.1

    @pytest.mark.parametrize("text", [REASONS, "Mois;A;B\n2025-01;1;2\n2025-02;3;\n2025-03;5;6"])
    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_they_are_drawn_with_a_name_and_their_table_and_nothing_that_runs(self, text, language):
        org = Organization(currency="EUR")
        table = read(text.replace("Autre", "<script>alert(1)</script>"))
        with translation.override(language):
            context = {"drawn": draw(table, org), "figures": figures_of(table), "content_lang": "fr"}
            html = render_to_string("okr/_fact_charts.html", context)
        drawing = ET.fromstring(re.search(r"<svg.*?</svg>", html, re.DOTALL)[0])
        assert drawing.get("role") == "img"
        assert table.rows[0][0] in drawing.get("aria-label")
        assert html.count("<tr>") == len(table.rows) + 1
        assert "<script" not in html
        for element in drawing.iter():
            assert not {name for name in element.attrib if name == "style" or name.startswith("on")}
        assert not re.search(r'(?:x|y|width|height)="\d+,\d', html)  # never "80,0", whatever the language
