"""The organization's own words of the wording coach: added and taken away one by one."""

import unicodedata

from django.db import transaction
from django.utils.translation import gettext as _

from okr.models import CoachWord
from orgs.actions.audit import Actor, hold_organization, record
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken

WORDS_AT_MOST = 200


@transaction.atomic
def add_word(kind: str, language: str, word: str, *, by: Actor) -> CoachWord:
    """Raises RuleBroken with the field: one list holds a word once, however it is written."""
    require(by.membership, Permission.MANAGE_SETTINGS)
    hold_organization()
    word = normal(word)
    if not any(letter.isalpha() for letter in word):
        raise RuleBroken(_("A word has letters."), field="word")
    present = CoachWord.objects.filter(language=language)
    if present.count() >= WORDS_AT_MOST:
        raise RuleBroken(_("At most %(most)s words a language: take one away first.") % {"most": WORDS_AT_MOST})
    same = next((row for row in present if row.word.casefold() == word.casefold()), None)
    if same is not None:
        message = _("“%(word)s” is in the list “%(list)s” already.")
        raise RuleBroken(message % {"word": same.word, "list": same.get_kind_display()}, field="word")
    made = CoachWord.objects.create(kind=kind, language=language, word=word)
    record(by, "coach_word_added", made, after=_told(made))
    return made


@transaction.atomic
def remove_word(word: CoachWord, *, by: Actor) -> None:
    require(by.membership, Permission.MANAGE_SETTINGS)
    hold_organization()
    word = CoachWord.objects.get(pk=word.pk)
    record(by, "coach_word_removed", word, before=_told(word))
    word.delete()


def normal(word: str) -> str:
    """As it is stored: composed letters, single spaces, straight apostrophes as typographic ones."""
    return " ".join(unicodedata.normalize("NFC", word).replace("'", "’").split())


def _told(word: CoachWord) -> dict[str, str]:
    return {"kind": word.kind, "language": word.language, "word": word.word}
