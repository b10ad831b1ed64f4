"""How the values of a plan read where two people changed the same."""

from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from orgs.conflicts import Describe
from orgs.models import Function
from orgs.moments import moment
from workshops.forms.plan import EXPONENTS
from workshops.models import Participant
from workshops.pages.plan_form import PlanPage
from workshops.pages.windows import phase_in_words


def agenda_in_words(rows: list[dict[str, Any]]) -> str:
    return "\n".join(map(phase_in_words, rows))


def describe(page: PlanPage) -> Describe:
    names = {pk: member.name for pk, member in page.invitable.items()}
    titles = {thing.pk: thing.title for thing in page.things}

    def yes(value: Any) -> str:
        return _("yes") if value else _("no")

    def person(value: Any) -> str:
        return names.get(value, "")

    def people(rows: list[dict[str, Any]]) -> str:
        functions, parts = dict(Function.choices), dict(Participant.Part.choices)
        return "\n".join(
            ", ".join(
                str(word)
                for word in (names.get(row["membership"], "–"), functions.get(row["function"]), parts.get(row["part"]))
                if word
            )
            for row in rows
        )

    return {
        "starts_at": lambda value: moment(parse_datetime(value)) if parse_datetime(value) else "",  # type: ignore[arg-type]
        "facilitator": person,
        "co_facilitator": person,
        "facilitator_votes": yes,
        "functions_told": yes,
        "exponent": lambda value: str(dict(EXPONENTS).get(value, value)),
        "agenda": agenda_in_words,
        "participants": people,
        "subjects": lambda rows: "\n".join(titles.get(row["objective"] or row["key_result"], "–") for row in rows),
    }
