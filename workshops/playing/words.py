"""What simulated people have to say: a department of a retailer, in French and in English."""

from dataclasses import dataclass
from importlib import import_module

PRODUCT, TECH, DESIGN, BUSINESS = "product", "tech", "design", "business"


@dataclass(frozen=True)
class Theme:
    """Ideas that belong together, under the name that a family of them gets. `liked_by`: functions that vote for it.

    `becomes` is the wording that the room would retain; of a key result with `start` and `target`, in percent.
    """

    name: str
    notes: tuple[str, ...]
    liked_by: tuple[str, ...]
    becomes: str
    start: str = ""
    target: str = ""


@dataclass(frozen=True)
class Script:
    """Of one kind of workshop, in one language."""

    themes: tuple[Theme, ...]
    reasons: dict[str, str]  # a word why, by what was decided
    simulated: str  # said after each name

    def theme_of(self, text: str) -> Theme | None:
        """By the name of a family or the text of a note, whatever spaces are in it."""
        said = plain(text)
        return next((one for one in self.themes if said in map(plain, (one.name, *one.notes))), None)


def plain(text: str) -> str:
    """As it is read off a page, where a space is a space."""
    return " ".join(text.split())


# First names and functions. The first four are there even in a small room; of twelve, Business has more than its share, which
# the room's signal and the balanced vote are there for.
CAST = (
    ("Camille", PRODUCT),
    ("Yanis", TECH),
    ("Inès", DESIGN),
    ("Thomas", BUSINESS),
    ("Nadia", BUSINESS),
    ("Hugo", TECH),
    ("Léa", PRODUCT),
    ("Sofia", DESIGN),
    ("Marc", BUSINESS),
    ("Aïcha", BUSINESS),
    ("Julien", PRODUCT),
    ("Emma", BUSINESS),
)


def script(kind: str, language: str) -> Script:
    """`kind` as workshops.models.WorkshopKind has it; French where the language is, else English."""
    words = import_module(f"workshops.playing.words_{'fr' if language == 'fr' else 'en'}")
    return Script(words.THEMES[kind], words.REASONS, words.SIMULATED)


def cast(said: Script, people: int = len(CAST)) -> list[tuple[str, str]]:
    """So many names, marked as those of nobody, each with a function."""
    found = []
    for number in range(people):
        first, function = CAST[number % len(CAST)]
        again = f" {number // len(CAST) + 1}" if number >= len(CAST) else ""
        found.append((f"{first}{again} ({said.simulated})", function))
    return found
