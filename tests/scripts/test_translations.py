"""The translation tools: what is extracted, what survives an update, and what a check finds."""

from pathlib import Path

import pytest
from django.utils.translation import gettext, ngettext, override, pgettext, trans_real
from pytest_django.fixtures import Settings

from scripts import environment, french, translations

NBSP = "\u00a0"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project: one module, one template, French half translated."""
    (tmp_path / "okr").mkdir()
    (tmp_path / "okr" / "views.py").write_text(
        "from django.utils.translation import gettext as _, ngettext, pgettext_lazy\n"
        "A = _('Strategy')\n"
        "B = ngettext('%(n)s tribe', '%(n)s tribes', 2)\n"
        "C = pgettext_lazy('of the year', 'Quarter')\n"
    )
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        "<p>{% translate 'Check in' %} {{ _('Save') }}</p>\n"
        "  <p>{% blocktranslate trimmed with name=org %}\n   Welcome to {{ name }},\n  100% ready{% endblocktranslate %}</p>\n"
        "{% blocktranslate count n=rows %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}\n"
        "{% if a == _('Open') %}it's \"odd' {# no text #}{% endif %} {% translate 'May' context 'month' %}\n"
    )
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    return tmp_path


def test_texts_of_code_and_templates_are_extracted_with_plural_and_context(project: Path) -> None:
    found = {(message.context, message.id) for message in translations.extracted() if message.id}
    assert found == {
        (None, "Strategy"),
        (None, ("%(n)s tribe", "%(n)s tribes")),
        ("of the year", "Quarter"),
        (None, "Check in"),
        (None, "Save"),
        (None, "Welcome to %(name)s, 100%% ready"),
        (None, ("%(n)s row", "%(n)s rows")),
        (None, "Open"),
        ("month", "May"),
    }


@pytest.mark.parametrize(
    "line",
    [
        "from django.utils.translation import gettext as _now",
        "from django.utils.translation import ngettext as _",
        "from django.utils import translation\nsay = translation.gettext",
    ],
)
def test_a_name_whose_texts_nobody_extracts_is_refused(project: Path, line: str) -> None:
    assert translations.unknown_names() == []
    (project / "okr" / "forms.py").write_text(f"from django.utils.translation import gettext_lazy as _\n{line}\n")
    [problem] = translations.unknown_names()
    assert "not extracted: okr/forms.py:" in problem


def test_only_texts_that_are_filled_in_are_flagged_as_formats(project: Path) -> None:
    """`msgfmt --check-format`, which compilemessages runs, would compare "% i" with the French text."""
    (project / "okr" / "forms.py").write_text("A = _('100% is exact')\nB = _('%(n)s of 100%%')\n")
    translations.write("fr", translations.update("fr"))
    blocks = translations.po_file("fr").read_text().split("\n\n")
    assert ["python-format" in block for block in blocks if "100% is exact" in block] == [False]
    assert ["python-format" in block for block in blocks if "%(n)s of 100%%" in block] == [True]


def test_update_adds_keeps_and_drops_and_a_second_one_changes_nothing(project: Path) -> None:
    translations.write("fr", translations.update("fr"))
    file = translations.po_file("fr")
    text = file.read_text().replace('msgid "Strategy"\nmsgstr ""', 'msgid "Strategy"\nmsgstr "Stratégie"')
    file.write_text(text + '\nmsgid "Gone"\nmsgstr "Parti"\n')
    translations.write("fr", translations.update("fr"))
    updated = file.read_text()
    assert 'msgstr "Stratégie"' in updated
    assert "Gone" not in updated
    translations.write("fr", translations.update("fr"))
    assert file.read_text() == updated


def test_check_names_what_is_missing_unused_and_empty(project: Path) -> None:
    catalog = translations.update("fr")
    catalog["Strategy"].string = "Stratégie"
    catalog.add("Gone", "Parti")
    catalog.delete("Save")
    translations.write("fr", catalog)
    found = translations.problems("fr")
    assert "missing: 'Save' (templates/page.html:1)" in found
    assert "no longer used: 'Gone'" in found
    assert "empty: 'Check in'" in found
    assert not any("Strategy" in problem for problem in found)


@pytest.mark.parametrize(
    ("source", "translation", "problem"),
    [
        (("%(n)s of %(m)s",), ("%(n)s",), "placeholder %(m)s is missing"),
        (("{n} due",), ("{x} dus",), "placeholder {x} is not in the source"),
        (("%(n)s tribe", "%(n)s tribes"), ("une tribu", "des tribus"), "placeholder %(n)s is missing"),
        (("<b>New</b>",), ("Neuf",), "the HTML tags differ"),
        (("Who?",), ("Qui ?",), "a plain space before"),
        (("Who?",), ("Qui?",), "no space before"),
        (("Name:",), ("Nom:",), "no space before"),
        (("%(n)s%%",), ("%(n)s%%",), "no space between a figure and"),
        (("“Yes”",), ("« oui »",), "U+00A0 after it"),
        (("It’s",), ("L'objectif",), "straight apostrophe"),
        (("Wait…",), ("Attendez...",), "three dots"),
        (("Who?",), ("Qui\u202f?",), "U+202F"),
    ],
)
def test_a_wrong_form_is_found(source: tuple[str, ...], translation: tuple[str, ...], problem: str) -> None:
    assert any(problem in found for found in french.problems(source, translation))


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        (("%(n)s tribe", "%(n)s tribes"), ("une tribu", "%(n)s tribus")),
        (("Who? Why!",), (f"Qui{NBSP}? Pourquoi{NBSP}!",)),
        (("%(n)s%% of {x}",), (f"%(n)s{NBSP}%% de {{x}}",)),
        (("“It’s <b>new</b>”",), (f"«{NBSP}C’est <b>neuf</b>{NBSP}»",)),
        (("At 14:30, see https://example.org/?a=1",), ("À 14:30, voir https://example.org/?a=1",)),
        (('<a href="%(url)s">Open</a>',), ('<a href="%(url)s">Ouvrir</a>',)),
        (("R&amp;D &nbsp;",), (f"R&amp;D{NBSP}",)),
    ],
)
def test_a_right_form_is_left_alone(source: tuple[str, ...], translation: tuple[str, ...]) -> None:
    assert french.problems(source, translation) == []


def test_what_is_compiled_is_what_django_shows(
    project: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = translations.update("fr")
    catalog["Strategy"].string = "Stratégie"
    catalog["%(n)s tribe"].string = ("%(n)s tribu", "%(n)s tribus")
    catalog.get("Quarter", "of the year").string = "Trimestre"
    translations.write("fr", catalog)
    monkeypatch.setattr(environment, "ROOT", project)
    translations.compile_stale()
    settings.LOCALE_PATHS = [str(project / "locale")]
    monkeypatch.setattr(trans_real, "_translations", {})
    monkeypatch.setattr(trans_real, "_default", None)
    with override("fr"):
        assert gettext("Strategy") == "Stratégie"
        assert ngettext("%(n)s tribe", "%(n)s tribes", 0) == "%(n)s tribu"
        assert ngettext("%(n)s tribe", "%(n)s tribes", 2) == "%(n)s tribus"
        assert pgettext("of the year", "Quarter") == "Trimestre"
        assert gettext("Check in") == "Check in"  # not translated yet: the source shows
