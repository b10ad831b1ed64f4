"""Forms of verbs and nouns, without accents: enough to recognise a word of the lists in a sentence."""

import re
from collections.abc import Mapping, Sequence
from enum import Enum

from okr.coach.text import fold

Irregular = Mapping[str, Mapping[str, Sequence[str]]]


class Form(Enum):
    BASE = "base"
    WE = "we"  # lançons, lancez: a verb and nothing else
    PRESENT = "present"  # lance, lancent; launches
    FUTURE = "future"
    PARTICIPLE = "participle"  # lancé, lancées; launched
    GERUND = "gerund"  # lançant; launching


def verb_forms(word: str, language: str, irregular: Irregular) -> dict[str, set[Form]]:
    """Every form of a verb, and what it may be: without accents "lance" is present and participle."""
    forms = _french(word, irregular) if language == "fr" else _english(word, irregular)
    found: dict[str, set[Form]] = {}
    for form, spelt in forms:
        found.setdefault(fold(spelt), set()).add(form)
    return found


def _french(word: str, irregular: Irregular) -> list[tuple[Form, str]]:
    low = fold(word)
    forms = [(Form.BASE, low)]
    given = irregular.get(word)
    if given is not None:
        for spelt in given.get("present", ()):
            forms.append((Form.WE if re.search(r"(ons|ez)$", spelt) else Form.PRESENT, spelt))
        forms += [(Form.PARTICIPLE, spelt) for spelt in given.get("participle", ())]
        forms += [(Form.GERUND, spelt) for spelt in given.get("gerund", ())]
        return forms
    if low.endswith("er"):
        stem = low[:-2]
        soft = stem + "e" if stem.endswith("g") else stem
        short = stem[:-1] + "i" if stem.endswith("y") else stem
        forms += [(Form.WE, soft + "ons"), (Form.WE, stem + "ez"), (Form.GERUND, soft + "ant")]
        forms += [(Form.PRESENT, s + ending) for s in (stem, short) for ending in ("e", "es", "ent")]
        forms += [(Form.FUTURE, s + ending) for s in (stem, short) for ending in ("era", "erons", "eront")]
        forms += [(Form.PARTICIPLE, stem + ending) for ending in ("e", "ee", "es", "ees")]
    elif low.endswith("ir"):
        stem = low[:-1]
        forms += [(Form.WE, stem + "ssons"), (Form.WE, stem + "ssez"), (Form.GERUND, stem + "ssant")]
        forms += [(Form.PRESENT, stem + ending) for ending in ("t", "ssent")]
        forms += [(Form.PARTICIPLE, stem + ending) for ending in ("", "e", "s", "es")]
    return forms


def _english(word: str, irregular: Irregular) -> list[tuple[Form, str]]:
    given = irregular.get(word, {})
    stem = word[:-1] if word.endswith("e") and not word.endswith(("ee", "ye", "oe")) else word
    if re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", word):
        stem = word + word[-1]
    past = word[:-1] + "ied" if re.search(r"[^aeiou]y$", word) else stem + "ed"
    if re.search(r"(s|x|z|ch|sh)$", word):
        third = word + "es"
    else:
        third = word[:-1] + "ies" if re.search(r"[^aeiou]y$", word) else word + "s"
    return [
        (Form.BASE, word),
        *[(Form.PRESENT, spelt) for spelt in given.get("third", [third])],
        *[(Form.PARTICIPLE, spelt) for spelt in given.get("past", [past])],
        *[(Form.GERUND, spelt) for spelt in given.get("gerund", [stem + "ing"])],
    ]


def noun_forms(word: str) -> set[str]:
    """A noun or adjective, and its plural."""
    low = fold(word)
    plural = low if low[-1:] in ("s", "x", "z") else low + "s"
    forms = {low, plural}
    if low.endswith(("au", "eu")):
        forms.add(low + "x")
    if re.search(r"[^aeiou]y$", low):
        forms.add(low[:-1] + "ies")
    if low.endswith("sis"):
        forms.add(low[:-2] + "es")
    return forms
