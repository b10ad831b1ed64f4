"""The wording coach on 1,700 labelled statements, and on the same ones typed in other ways."""

import datetime as dt
import json
import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from okr.coach import Facts, Finding, Level, Statement, Words, detect_language, judge
from okr.coach.judging import READ_AT_MOST
from okr.coach.words import LANGUAGES, VERB_KINDS
from okr.scoring import Direction

BANK = [
    json.loads(line)
    for line in (Path(__file__).parent / "coach_statements.jsonl").read_text(encoding="utf-8").splitlines()
]
OBJECTIVE, KEY_RESULT = Level.OBJECTIVE, Level.KEY_RESULT


def rules(level: Level | str, text: str, **how: object) -> list[str]:
    return sorted(finding.rule.value for finding in judge(Statement(Level(level), text, **how)))  # type: ignore[arg-type]


# ── The statements ──


def test_the_bank_is_what_it_should_be() -> None:
    assert len({row["id"] for row in BANK}) == len(BANK) >= 200
    assert sum(row["language"] == "fr" for row in BANK) >= len(BANK) / 2
    assert sum(not row["rules"] for row in BANK) >= len(BANK) * 0.4
    assert sum(row.get("held_out", False) for row in BANK) >= 160


@pytest.mark.parametrize("row", BANK, ids=[row["id"] for row in BANK])
def test_statement(row: dict[str, object]) -> None:
    assert rules(row["level"], row["text"]) == row["rules"]  # type: ignore[arg-type]
    assert detect_language(row["text"]) == row["language"]  # type: ignore[arg-type]


# ── The same, typed in other ways ──


def unaccented(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


WAYS = {
    "without accents": unaccented,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "composed": lambda text: unicodedata.normalize("NFC", text),
    "straight apostrophes": lambda text: text.replace("’", "'"),
    "typographic apostrophes": lambda text: text.replace("'", "’"),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "narrow spaces": lambda text: text.replace(" ", "\u202f"),
    "full stop": lambda text: text if text[-1] in ".!?»" else f"{text}.",
    "spaces around": lambda text: f"  {text} \n",
    "bullet": lambda text: text if text[0] in "-•" else f"• {text}",
    "number": lambda text: f"3. {text}",
    "label": lambda text: f"KR2 : {text}",
    "quotes": lambda text: f"« {text} »",
    "long dash for a bullet": lambda text: text if text[0] in "-•" else f"– {text}",
    "capital first": lambda text: text[:1].upper() + text[1:],
    "small first": lambda text: text[:1].lower() + text[1:],
}


@pytest.mark.parametrize("way", WAYS)
def test_how_it_is_typed_changes_nothing(way: str) -> None:
    changed = {
        row["text"]: (rules(row["level"], typed), row["rules"])
        for row in BANK
        if rules(row["level"], typed := WAYS[way](row["text"])) != row["rules"]
    }
    assert not changed


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(BANK), st.lists(st.sampled_from(sorted(WAYS.keys() - {"label", "number", "bullet"})), max_size=4)
)
def test_several_of_them_change_nothing_either(row: dict[str, str], ways: list[str]) -> None:
    text = row["text"]
    for way in ways:
        text = WAYS[way](text)
    assert rules(row["level"], text) == row["rules"]


# ── The word lists ──


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", VERB_KINDS)
def test_a_verb_names_only_lists_that_there_are(kind: str, language: str) -> None:
    lists = Words.load().of(language).lists
    for entry in lists[kind]:
        for name in [*entry.get("unless", "").split(), *entry.get("needs", "").split()]:
            assert lists.get(name), (entry["word"], name)


def test_both_languages_have_the_same_lists() -> None:
    french, english = (Words.load().of(language).lists for language in ("fr", "en"))
    assert french.keys() ^ english.keys() == {"journey", "finite"}  # of English alone


# ── Any text ──


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(Level), st.text(max_size=400), st.sampled_from(["fr", "en", None, "de", ""]))
def test_any_text_is_judged(level: Level, text: str, language: str | None) -> None:
    for finding in judge(Statement(level, text, language)):
        assert finding.message
        assert isinstance(finding, Finding)


PIECES = [
    *[
        "«",
        "»",
        "’",
        "'",
        "-",
        "–",
        "+",
        "%",
        "€",
        "/",
        "→",
        "(",
        ")",
        ":",
        ",",
        ".",
        "…",
        "1",
        "2",
        "20",
        "1",
        "200",
        "3,5",
        "2026",
        "T3",
        "J+1",
        "x2",
        "4x",
    ],
    *[
        "de",
        "d’",
        "à",
        "au",
        "en",
        "pour",
        "afin",
        "lancer",
        "livrer",
        "réduire",
        "deux",
        "trois",
        "millions",
        "moitié",
        "tiers",
        "un",
        "une",
        "mars",
        "juin",
        "sur",
    ],
    *[
        "from",
        "to",
        "by",
        "the",
        "of",
        "launch",
        "deliver",
        "reduce",
        "two",
        "three",
        "half",
        "third",
        "one",
        "in",
        "out",
        "per",
        "next",
        "months",
        "🙂",
        "مرحبا",
        "שלום",
    ],
]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(Level), st.lists(st.sampled_from(PIECES), max_size=40), st.sampled_from(["", " "]))
def test_any_heap_of_words_is_judged(level: Level, pieces: list[str], joint: str) -> None:
    judge(Statement(level, joint.join(pieces)))


@pytest.mark.parametrize(
    "piece",
    ["a", "1", "1 ", "l’", "de 1 à ", "-", "et/ou ", "🙂", "م", "é", "deux cents ", "(((", "e\u0301", "1 %", "1/"],
)
@pytest.mark.parametrize("level", Level)
def test_of_ten_thousand_characters_the_beginning_is_judged(level: Level, piece: str) -> None:
    """Only the beginning is read: what follows neither costs time nor changes the advice on a key result."""
    text = (piece * 10_000)[:10_000]
    rules = [finding.rule for finding in judge(Statement(level, text))]
    assert rules == [finding.rule for finding in judge(Statement(level, text[: READ_AT_MOST + 500]))]


def test_a_text_of_which_only_the_beginning_is_read_is_not_reworded() -> None:
    """What takes its place would lose the rest."""
    short = "Deliver orders to customers in 2 hours"
    assert any(finding.rewording for finding in judge(Statement(OBJECTIVE, short)))
    of_long = judge(Statement(OBJECTIVE, f"{short} " + "and beyond " * 200))
    assert "OBJ_HAS_FIGURE" in [finding.rule for finding in of_long]
    assert not any(finding.rewording for finding in of_long)


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("text", ["", " ", "\u00a0\n", "…", "—", "KR1 :", "🙂"])
def test_nothing_said_is_nothing_to_say(level: Level, text: str) -> None:
    if text in ("🙂", "…", "—", "KR1 :"):
        judge(Statement(level, text))
    else:
        assert judge(Statement(level, text)) == []


# ── Language ──


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "en"),
        ("NPS 31 → 42", "en"),
        ("Panier moyen", "fr"),
        ("Average basket", "en"),
        ("Faire du checkout un plaisir", "fr"),
        ("Make the Drive a pleasure", "en"),
        ("L’omnicanal", "fr"),
        ("Delai de livraison", "fr"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_a_language_that_is_named_is_not_detected() -> None:
    assert rules(OBJECTIVE, "Lancer une offre pour nos clients", language="fr-ch") == ["OBJ_OUTPUT_VERB"]
    assert rules(OBJECTIVE, "Lancer une offre pour nos clients", language="en") == []
    assert rules(OBJECTIVE, "Lancer une offre pour nos clients", language="de") == ["OBJ_OUTPUT_VERB"]


# ── What a finding says ──


def one(level: Level, text: str, **how: object) -> Finding:
    (finding,) = judge(Statement(level, text, **how))  # type: ignore[arg-type]
    return finding


def test_the_message_is_in_the_reader_s_language_and_the_suggestion_in_the_text_s() -> None:
    with translation.override("en"):
        finding = one(KEY_RESULT, "Livrer la nouvelle page de choix des créneaux")
    assert finding.message == "This key result names an output, not an outcome: it can ship and change nothing."
    assert finding.suggestion == "[Ce que les clients font de plus, ou de moins]\u00a0: de … à …"
    assert finding.rewording == ""
    assert not finding.blocks


@pytest.mark.parametrize(
    ("level", "text", "rewording"),
    [
        (KEY_RESULT, "Augmenter le CA en ligne de 20 %", "Augmenter le CA en ligne de … à …"),
        (
            KEY_RESULT,
            "Réduire d'un tiers les appels au service client.",
            "Réduire les appels au service client de … à …",
        ),
        (KEY_RESULT, "+15 % de visites sur l'application", "Visites sur l’application\u00a0: de … à …"),
        (
            KEY_RESULT,
            "Reduce delivery time by the end of March",
            "Reduce delivery time from … to … by the end of March",
        ),
        (KEY_RESULT, "KR2: Taux de satisfaction", "Taux de satisfaction\u00a0: de … à …"),
        (KEY_RESULT, "Gagner 5 points de NPS sur le Drive", ""),
        (OBJECTIVE, "Devenir le drive préféré des familles d’ici le 30 juin", "Devenir le drive préféré des familles"),
        (OBJECTIVE, "Boost traffic to our stores", "Boost traffic to our stores so that …"),
        (OBJECTIVE, "Convaincre 10 000 foyers de nous confier leurs courses", ""),
    ],
)
def test_a_rewording_replaces_the_text(level: Level, text: str, rewording: str) -> None:
    finding = one(level, text)
    assert finding.rewording == rewording
    assert finding.suggestion == (rewording or finding.suggestion)


def test_a_rewording_cures_what_it_was_made_for() -> None:
    """But for the figures that are still blank in it."""
    for row in BANK:
        for finding in judge(Statement(Level(row["level"]), row["text"])):
            if not finding.rewording:
                continue
            again = rules(row["level"], finding.rewording, language=row["language"])
            assert set(again) <= {"KR_NO_FIGURE"}, (row["text"], finding.rewording)


def test_a_text_with_blanks_is_not_reworded_again() -> None:
    assert one(KEY_RESULT, "Augmenter le panier moyen de … à …").rewording == ""


# ── Facts beside the sentence ──

SOUND = {"metric": "Minutes sur la piste", "unit": "min", "direction": Direction.DOWN, "owner": True}
MOVES = {"start": Decimal("7.5"), "target": Decimal("4.5")}


def of_facts(text="Attente médiane sur la piste", **facts):
    return rules(KEY_RESULT, text, facts=Facts(**{**SOUND, **facts}))


def test_figures_beside_the_sentence_are_figures() -> None:
    assert rules(KEY_RESULT, "Attente médiane sur la piste") == ["KR_NO_FIGURE"]
    assert of_facts(**MOVES) == []
    assert of_facts("Augmenter le panier de 20 %", **MOVES) == []
    assert of_facts("Optimiser les tournées", **MOVES) == []


def test_an_output_beside_0_and_1_is_still_an_output() -> None:
    page = {"unit": "page", "direction": Direction.UP, "start": Decimal(0), "target": Decimal(1)}
    assert of_facts("Livrer la nouvelle page de choix des créneaux", **page) == ["KR_OUTPUT"]
    assert of_facts("Déployer le suivi en temps réel", direction=Direction.DONE) == ["KR_OUTPUT"]
    kiosks = {"unit": "count", "direction": Direction.UP, "start": Decimal(120), "target": Decimal(300)}
    assert of_facts("Installer des bornes sur les pistes", **kiosks) == ["KR_OUTPUT"]
    share = {"unit": "percent", "direction": Direction.UP, "start": Decimal(35), "target": Decimal(80)}
    assert of_facts("Former les équipes Drive", **share) == []
    assert of_facts("Former les équipes Drive", **{**share, "start": Decimal(0)}) == ["KR_ACTIVITY_VERB"]


def test_structural_gaps_block() -> None:
    found = judge(Statement(KEY_RESULT, "", facts=Facts()))
    assert {finding.rule.value for finding in found} == {
        "STRUCT_METRIC",
        "STRUCT_UNIT",
        "STRUCT_DIRECTION",
        "STRUCT_OWNER",
    }
    assert all(finding.blocks and finding.message for finding in found)
    assert of_facts() == ["STRUCT_START", "STRUCT_TARGET"]
    assert of_facts(start=Decimal(4), target=Decimal(4)) == ["STRUCT_START_EQUALS_TARGET"]
    assert of_facts(start=Decimal(4), target=Decimal(5)) == ["STRUCT_DIRECTION_DISAGREES"]
    assert of_facts(direction=Direction.WITHIN, low=Decimal(2)) == ["STRUCT_BAND"]
    assert of_facts(direction=Direction.WITHIN, low=Decimal(3), high=Decimal(2)) == ["STRUCT_BAND_INVERTED"]
    assert of_facts(**MOVES, owner=False) == ["STRUCT_OWNER"]


def test_an_unknown_start_is_allowed_when_it_will_be_measured_by_a_day() -> None:
    assert of_facts(target=Decimal(4)) == ["STRUCT_START"]
    assert of_facts(target=Decimal(4), baseline_due_on=dt.date(2026, 4, 30)) == []


def test_a_source_is_asked_for_where_the_form_has_a_field_for_it() -> None:
    assert of_facts(**MOVES, source="Capteurs de piste") == []
    assert of_facts(**MOVES, source=" ") == ["KR_NO_SOURCE"]
    assert of_facts(**MOVES, source=None) == []


def test_an_objective_has_a_period_and_an_owner() -> None:
    text = "Au retrait, le client ne sort de sa voiture que pour dire bonjour."
    assert rules(OBJECTIVE, text, facts=Facts()) == ["STRUCT_OWNER", "STRUCT_PERIOD"]
    assert rules(OBJECTIVE, text, facts=Facts(owner=True, has_period=True)) == []


# ── An organization's own words ──


def test_own_words() -> None:
    own = Words.load().extended(
        [
            ("output_verb", "fr", "packager"),
            ("output_verb", "en", "spin up"),
            ("activity_verb", "fr", "Évangéliser"),
            ("activity_noun", "fr", "point flash"),
            ("vague", "fr", "premiumiser"),
            ("outcome", "fr", "atelier"),
            ("outcome", "fr", "formation"),
            ("nonsense", "fr", "lancer"),
            ("vague", "fr", "  "),
            ("vague", "de", "besser"),
        ]
    )

    def with_own(level: Level, text: str) -> list[str]:
        return sorted(finding.rule.value for finding in judge(Statement(level, text), own))

    assert with_own(OBJECTIVE, "Nous packageons une offre pour les familles") == ["OBJ_OUTPUT_VERB"]
    assert with_own(KEY_RESULT, "Spin up a new cluster for search") == ["KR_OUTPUT"]
    assert with_own(KEY_RESULT, "Evangeliser les équipes magasin") == ["KR_ACTIVITY_VERB"]
    assert with_own(KEY_RESULT, "3 points flash par mois") == ["KR_ACTIVITY_NOUN"]
    assert with_own(KEY_RESULT, "Rayon traiteur premiumisé") == ["KR_VAGUE"]
    assert with_own(KEY_RESULT, "Atelier cuisine complet chaque samedi") == ["KR_NO_FIGURE"]
    assert rules(KEY_RESULT, "Atelier cuisine complet chaque samedi") == ["KR_ACTIVITY_NOUN"]
    assert rules(OBJECTIVE, "Nous packageons une offre pour les familles") == []


def test_own_words_leave_the_product_s_lists_alone() -> None:
    before = judge(Statement(KEY_RESULT, "Lancer le programme de fidélité"))
    Words.load().extended([("outcome", "fr", "lancer")])
    assert judge(Statement(KEY_RESULT, "Lancer le programme de fidélité")) == before
