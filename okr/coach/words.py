"""The word lists (data/fr.json, data/en.json), and what an organization adds to them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import resources
from typing import Any

from okr.coach.inflect import Form, noun_forms, verb_forms
from okr.coach.text import Text, fold, words_of

LANGUAGES = ("fr", "en")
VERB_KINDS = ("output_verb", "activity_verb", "metric_verb", "maintain_verb")
# What an organization may add words to.
OWN_KINDS = ("output_verb", "activity_verb", "activity_noun", "vague", "outcome")
Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Verb:
    """A verb of the lists, and when it is not one: `unless` and `needs` name lists that its object is looked up in."""

    word: str
    rest: Phrase = ()  # "en place" of "mettre en place"
    unless: tuple[str, ...] = ()
    needs: str = ""
    only: str = ""  # a level
    noun_too: bool = False  # "support", "plan": a verb only before what can be its object
    gerund_noun: bool = False  # "building", "shipping"
    noun_before: frozenset[str] = frozenset()  # "launch day"
    participle: bool = True  # whether "launched the…" tells of a launch; « livré » tells of a delivery

    def unless_words(self, lexicon: "Lexicon") -> frozenset[str]:
        return frozenset().union(*(lexicon.words(name) for name in self.unless))


@dataclass(frozen=True)
class VerbFound:
    verb: Verb
    forms: set[Form]
    start: int
    end: int


class Phrases:
    """Find phrases in a text by their first word; the longest wins."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self.by_first: dict[str, list[Phrase]] = {}
        for phrase in sorted({phrase for phrase in phrases if phrase}, key=lambda phrase: (-len(phrase), phrase)):
            self.by_first.setdefault(phrase[0], []).append(phrase)

    def at(self, text: Text, index: int) -> int:
        """How many tokens of a phrase stand here; 0 for none."""
        for phrase in self.by_first.get(text.low(index), ()):
            if text.has(index, phrase):
                return len(phrase)
        return 0

    def __iter__(self) -> Iterator[Phrase]:
        for phrases in self.by_first.values():
            yield from phrases

    def found(self, text: Text, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
        last = len(text.tokens) if end is None else min(end, len(text.tokens))
        spans = ((index, index + self.at(text, index)) for index in range(max(start, 0), last))
        return [(begin, stop) for begin, stop in spans if begin < stop <= last]


@dataclass(frozen=True)
class Lexicon:
    """The words of one language."""

    language: str
    lists: Mapping[str, Any]

    @cached_property
    def _sets(self) -> dict[str, frozenset[str]]:
        return {}

    def words(self, name: str) -> frozenset[str]:
        """A list of single words, folded, with plurals."""
        if name not in self._sets:
            words = self.lists[name]
            self._sets[name] = frozenset(form for word in words for form in (noun_forms(word) | {fold(word)}))
        return self._sets[name]

    @cached_property
    def _phrases(self) -> dict[str, Phrases]:
        return {}

    def phrases(self, name: str) -> Phrases:
        """A list of words and phrases, as they are."""
        if name not in self._phrases:
            self._phrases[name] = Phrases(words_of(word) for word in self.lists[name])
        return self._phrases[name]

    def nouns(self, name: str) -> Phrases:
        """The same, in singular and plural."""
        key = f"{name} inflected"
        if key not in self._phrases:
            found = []
            for word in self.lists[name]:
                first, *rest = words_of(word) or ("",)
                tails = [tuple(rest)]
                if rest:
                    tails += [(*rest[:-1], last) for last in noun_forms(rest[-1])]
                found += [(form, *tail) for form in noun_forms(first) for tail in tails if first]
            self._phrases[key] = Phrases(found)
        return self._phrases[key]

    @cached_property
    def numbers(self) -> dict[str, float]:
        """« vingt »: 20; a fraction is 0."""
        return {fold(word): value for word, value in self.lists["number_words"].items()}

    @cached_property
    def vague(self) -> Phrases:
        """Adverbs and phrases as they are; single words in every form a verb or noun could have."""
        found: list[Phrase] = []
        for word in self.lists["vague"]:
            phrase = words_of(word)
            found += [(*phrase[:-1], last) for last in {phrase[-1], *noun_forms(phrase[-1])}]
            if len(phrase) == 1 and (self.language == "en" or phrase[0].endswith(("er", "ir"))):
                found += [(form,) for form in verb_forms(word, self.language, self.lists["irregular"])]
        return Phrases(found)

    @cached_property
    def _verbs(self) -> dict[str, dict[str, list[tuple[Verb, set[Form]]]]]:
        found: dict[str, dict[str, list[tuple[Verb, set[Form]]]]] = {}
        for kind in VERB_KINDS:
            forms: dict[str, list[tuple[Verb, set[Form]]]] = {}
            for entry in self.lists[kind]:
                verb = _verb(entry, words_of(entry["word"])[1:])
                for spelt, can_be in verb_forms(
                    entry["word"].split()[0], self.language, self.lists["irregular"]
                ).items():
                    forms.setdefault(spelt, []).append((verb, can_be))
            for verbs in forms.values():
                verbs.sort(key=lambda pair: -len(pair[0].rest))
            found[kind] = forms
        return found

    def verb_at(self, kind: str, text: Text, index: int) -> VerbFound | None:
        for verb, forms in self._verbs[kind].get(text.low(index), ()):
            end = index + 1 + len(verb.rest)
            if text.has(index + 1, verb.rest):
                return VerbFound(verb, forms, index, end)
        return None

    @cached_property
    def _lemmas(self) -> dict[str, frozenset[str]]:
        return {}

    def first_words(self, kind: str) -> Iterable[str]:
        """How the verbs of a kind begin, in every form."""
        return self._verbs[kind].keys()

    def verb_words(self, name: str, *only: Form) -> frozenset[str]:
        """Forms of a plain list of verbs: all of them, or only these."""
        key = f"{name} {only}"
        if key not in self._lemmas:
            found = set()
            for word in self.lists[name]:
                for spelt, forms in verb_forms(word, self.language, self.lists["irregular"]).items():
                    if not only or forms & frozenset(only):
                        found.add(spelt)
            self._lemmas[key] = frozenset(found)
        return self._lemmas[key]


def _verb(entry: Mapping[str, Any], rest: Phrase) -> Verb:
    return Verb(
        word=entry["word"],
        rest=rest,
        unless=tuple(entry.get("unless", "").split()),
        needs=entry.get("needs", ""),
        only=entry.get("only", ""),
        noun_too=entry.get("noun_too", False),
        gerund_noun=entry.get("gerund_noun", False),
        noun_before=frozenset(entry.get("noun_before", "").split()),
        participle=entry.get("participle", True),
    )


@dataclass(frozen=True)
class Words:
    """The lists of every language. Immutable: `extended` makes another."""

    lexicons: Mapping[str, Lexicon]

    @staticmethod
    def load() -> "Words":
        """The lists that come with the product."""
        return _load()

    def extended(self, own: Iterable[tuple[str, str, str]]) -> "Words":
        """With an organization's words: (kind, language, word), kinds of OWN_KINDS. Others, and blanks, are left out."""
        lists = {language: dict(lexicon.lists) for language, lexicon in self.lexicons.items()}
        for kind, language, word in own:
            code = language[:2].lower()
            if kind not in OWN_KINDS or code not in lists or not words_of(word):
                continue
            entry = {"word": fold(word)} if kind in VERB_KINDS else word
            lists[code][kind] = [*lists[code][kind], entry]
        return Words({language: replace(self.lexicons[language], lists=lists[language]) for language in lists})

    def of(self, language: str) -> Lexicon:
        return self.lexicons[language]


@cache
def _load() -> Words:
    folder = resources.files("okr.coach") / "data"
    return Words(
        {
            language: Lexicon(language, json.loads((folder / f"{language}.json").read_text(encoding="utf-8")))
            for language in LANGUAGES
        }
    )
