"""Two wordings beside each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.wording import Piece, compared


def shown(before: str, after: str) -> tuple[str, str]:
    """Struck words in [brackets], new ones too."""
    return tuple(  # type: ignore[return-value]
        "".join(f"[{piece.text}]" if piece.changed else piece.text for piece in side)
        for side in compared(before, after)
    )


@pytest.mark.parametrize(
    ("before", "after", "was", "now"),
    [
        (
            "Waiting time at the lane",
            "Waiting time at the lane",
            "Waiting time at the lane",
            "Waiting time at the lane",
        ),
        (
            "Attrition annuelle des fidèles omnicanaux",
            "Attrition à 90 jours des fidèles omnicanaux",
            "Attrition [annuelle] des fidèles omnicanaux",
            "Attrition [à 90 jours] des fidèles omnicanaux",
        ),
        (
            "Fidèles revenus sous 60 jours",
            "Fidèles revenus sous 60 jours, toutes enseignes",
            "Fidèles revenus sous 60 jours",
            "Fidèles revenus sous 60 jours[, toutes enseignes]",
        ),
        ("From 16.2 to 18 points", "From 16.4 to 18 points", "From [16.2] to 18 points", "From [16.4] to 18 points"),
        ("Orders ready in time", "Clients actifs du club", "[Orders ready in time]", "[Clients actifs du club]"),
        ("", "Words that came", "", "[Words that came]"),
        ("Words that went", "", "[Words that went]", ""),
        ("l’attente du client", "l’attente du livreur", "l’attente du [client]", "l’attente du [livreur]"),
    ],
)
def test_words_that_went_and_came(before: str, after: str, was: str, now: str):
    assert shown(before, after) == (was, now)


def test_an_accent_written_in_two_letters_is_the_same_word():
    assert shown("Clients fidèles", "Clients fide\u0300les")[0] == "Clients fidèles"


@given(st.text(max_size=80), st.text(max_size=80))
def test_nothing_of_either_text_is_lost(before: str, after: str):
    old, new = compared(before, after)

    assert "".join(piece.text for piece in old) == before
    assert "".join(piece.text for piece in new) == after
    assert Piece("", changed=True) not in [*old, *new]


@given(st.lists(st.sampled_from(["lane", "order", "client", "16.2", "à", "l’", ","]), max_size=20))
def test_the_same_text_has_nothing_changed(words: list[str]):
    text = " ".join(words)

    assert not any(piece.changed for side in compared(text, text) for piece in side)
