"""Read model of the mailbox of an instance without a mail server: a list by recipient, and one mail."""

from collections import Counter
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from orgs import mailbox
from orgs.mailbox import Head
from orgs.moments import moment

PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class Line:
    head: Head
    when: str


@dataclass(frozen=True, slots=True)
class Mailbox:
    lines: list[Line]
    page: Page
    recipients: list[tuple[str, int]]  # address and how many mails, by address
    to: str  # the one asked for, "" for all
    number: int  # of all that are shown
    is_cut: bool  # whether there may be older ones


def mailbox_of(*, to: str, page: str) -> Mailbox:
    """A page of the mails to that address, of all where nobody has that address; newest first."""
    heads = mailbox.heads()
    counts = Counter(address for head in heads for address in head.to)
    to = to.strip().lower()
    to = to if to in counts else ""
    shown = Paginator([head for head in heads if not to or to in head.to], PER_PAGE).get_page(page)
    return Mailbox(
        lines=[Line(head, moment(head.at)) for head in shown.object_list],
        page=shown,
        recipients=sorted(counts.items()),
        to=to,
        number=len(heads),
        is_cut=len(heads) == mailbox.SHOWN_AT_MOST,
    )
