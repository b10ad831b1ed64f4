"""Never twice, never lost: whatever happens to those who send, each person gets exactly the mails due.

Counted where it matters: at the mail server, by Message-ID.
"""

from orgs import tenancy
from orgs.models import OutboxMail
from tests import factories
from tests.faults.conftest import WITHIN, House, all_sent, due, number_of, rows, the_lease_runs_out
from tests.faults.post_office import PostOffice
from tests.servers import wait_until


def test_a_worker_killed_in_the_middle_of_a_batch(house: House, office: PostOffice) -> None:
    """The mail that the server had taken when its sender died is sent again under the same Message-ID, and no other."""
    recipients = due([factories.organization() for _org in range(3)], each=6)
    office.hold_after(7)
    house.kill_when(office.held, house.worker("-B", "--pool", "solo"))
    assert len(office.taken) == 8
    assert number_of(sent_at__isnull=False) == 7  # of the eighth nobody knows here
    left_behind = [row.recipient for row in rows() if row.leased_until is not None]
    in_doubt = next(box for box in office.boxes if len(office.boxes[box]) == 1 and box in left_behind)
    office.hold_after(10**6)
    house.worker("-B", "--pool", "solo")
    assert wait_until(lambda: number_of(sent_at=None) == len(left_behind), WITHIN)
    # What the dead one had claimed is nobody else's until its lease runs out.
    assert [row.recipient for row in rows() if row.sent_at is None] == left_behind
    the_lease_runs_out()
    assert wait_until(all_sent, WITHIN)
    assert sorted(office.boxes) == sorted(recipients)
    assert {box: len(set(ids)) for box, ids in office.boxes.items()} == dict.fromkeys(recipients, 1)
    assert {box for box, ids in office.boxes.items() if len(ids) > 1} == {in_doubt}


def test_two_beats_and_two_workers_at_two_thousand_organizations_due_in_the_same_minute(
    house: House, office: PostOffice
) -> None:
    recipients = due(factories.organizations(2_000))
    for _one in range(2):
        house.beat()
    house.workers(2, "--pool", "solo")
    assert wait_until(all_sent, WITHIN)
    assert sorted(office.boxes) == sorted(recipients)
    assert set(office.taken.values()) == {1}
    with tenancy.all_tenants():
        assert set(OutboxMail.across_orgs.values_list("attempts", flat=True)) == {1}
