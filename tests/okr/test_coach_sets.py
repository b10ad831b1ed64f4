"""The rules on a tribe's objectives taken together."""

from hypothesis import given
from hypothesis import strategies as st

from okr.coach import DraftKeyResult, DraftObjective, DraftSet, judge_set
from okr.coach.sets import comparable, same_metric

METRICS = ("Attente sur la piste", "NPS après retrait", "Panier moyen", "Abandon au créneau", "Ruptures", "Coût")


def objective(count: int, *, title: str = "A", confidence: int | None = None) -> DraftObjective:
    rows = tuple(
        DraftKeyResult((title, place), METRICS[place % 6] + title * (place // 6), confidence) for place in range(count)
    )
    return DraftObjective(title, title, rows)


def rules(*objectives: DraftObjective, others: tuple[DraftSet, ...] = (), limit: int = 3) -> list[str]:
    found = judge_set(DraftSet("Drive", objectives), others=others, objective_limit=limit)
    assert all(finding.message for finding in found)
    assert all(finding.blocks == finding.rule.startswith("STRUCT_") for finding in found)
    return [finding.rule.value for finding in found]


def test_two_to_five_key_results() -> None:
    for count, expected in {
        0: ["STRUCT_KEY_RESULTS"],
        1: ["SET_ONE_KEY_RESULT"],
        2: [],
        5: [],
        6: ["STRUCT_KEY_RESULTS"],
    }.items():
        assert rules(objective(count)) == expected


def test_the_finding_names_its_objective() -> None:
    (finding,) = judge_set(DraftSet("Drive", (objective(3), objective(0, title="B"))))
    assert finding.about == ("B",)
    assert finding.message == "“B” has 0 key results: an objective is published with 2 to 5."


def test_at_most_three_objectives_or_as_many_as_the_organization_says() -> None:
    four = [objective(2, title=title) for title in "ABCD"]
    assert rules(*four) == ["SET_TOO_MANY_OBJECTIVES"]
    assert rules(*four, limit=4) == []
    assert rules(*four[:3]) == []


def test_mean_draft_confidence() -> None:
    assert rules(objective(2, confidence=10)) == ["SET_SANDBAGGING"]
    assert rules(objective(2, confidence=9)) == []
    assert rules(objective(2, confidence=3)) == []
    assert rules(objective(2, confidence=2)) == ["SET_WISHFUL"]
    assert rules(objective(2)) == []


def test_the_mean_is_said_to_a_tenth() -> None:
    rows = tuple(DraftKeyResult(place, METRICS[place], said) for place, said in enumerate((10, 10, 9)))
    (finding,) = judge_set(DraftSet("Drive", (DraftObjective("A", "A", rows),)))
    assert "9.7 of 10" in finding.message


def drafts(*metrics: str, tribe: str) -> DraftSet:
    rows = tuple(DraftKeyResult(f"{tribe}{place}", metric) for place, metric in enumerate(metrics))
    return DraftSet(tribe, (DraftObjective(tribe, tribe, rows),))


def test_the_same_metric_in_two_tribes_is_pointed_out_to_both() -> None:
    drive = drafts("NPS après retrait", "Panier moyen", tribe="Drive")
    app = drafts("Nps apres les retraits", "Note de l’application", tribe="App")
    (told,) = judge_set(drive, others=[app])
    assert told.rule == "SET_SAME_METRIC"
    assert told.about == ("Drive0", "App0")
    assert told.message == "App measures the same: “Nps apres les retraits”. Agree on who moves it."
    (told_back,) = judge_set(app, others=[drive])
    assert told_back.about == ("App0", "Drive0")


def test_metrics_that_only_look_alike_are_not_the_same() -> None:
    for one, other in (
        ("NPS livraison", "NPS retrait"),
        ("Livraisons dans le créneau, métropoles", "Livraisons dans le créneau, villes moyennes"),
        ("Taux de conversion mobile", "Taux de conversion desktop"),
        ("Panier moyen", "Panier abandonné"),
        ("Average basket of members", "Average basket of guests"),
        ("", ""),
        ("31 → 42", "31 → 42"),
    ):
        assert not same_metric(comparable(one), comparable(other)), (one, other)


def test_metrics_that_are_the_same_in_other_words_of_grammar() -> None:
    for one, other in (
        ("Taux de conversion mobile", "taux de conversion du mobile"),
        ("Délai de livraison : de 3 à 2 jours", "Délai de livraison, jours"),
        ("Average basket", "Average baskets"),
        ("Réclamations pour 1 000 commandes", "Reclamations pour 1000 commandes"),
    ):
        assert same_metric(comparable(one), comparable(other)), (one, other)


@given(st.text(max_size=60), st.text(max_size=60))
def test_sameness_has_no_side(one: str, other: str) -> None:
    assert same_metric(comparable(one), comparable(other)) == same_metric(comparable(other), comparable(one))
