"""All that a running server broadcasts during a whole vote, to every audience: byte by byte, no ballot, nothing unrevealed."""

import asyncio
import http.client
import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests import servers
from tests.probe.client import Stream, World, on_loop
from tests.probe.serving import new_database, new_redis
from tests.servers import AppServer

CODE = "broadcasts22"
CSRF = "c" * 32
SECRET = "Nobody else reads this before the reveal"
ROOM, LEAD, WALL = "bob", "alice", "alice ?view=wall"
# Alice leads; Bob, Carol and Gus, a guest, vote. All of one function each, so that no function's own dots may be shown.
MADE = f"""
import json
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.conf import settings
from django.utils import timezone
from orgs import tenancy
from tests import factories
from workshops.access import digest

def cookie(member):
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(member.user_id), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.user.get_session_auth_hash()
    session.save()
    return f"{{settings.SESSION_COOKIE_NAME}}={{session.session_key}}"

world = factories.world("ours")
with tenancy.tenant(world.org.pk):
    held = factories.workshop(world, code="{CODE}", starts_at=timezone.now())
    factories.participant(held, guest_name="Gus Guest", digest=digest("gus"), function="design")
    emails = [one.user.email for one in world.people.values()]
    print(json.dumps({{
        "cookies": {{name: cookie(world.people[name]) for name in ("alice", "bob", "carol")}} | {{"gus": "guest_{CODE}=gus"}},
        "phases": {{phase.kind: phase.pk for phase in held.phases.all()}}, "subject": held.subjects.first().pk,
        "emails": emails,
    }}))
"""
VOTE = """
import json
from orgs import tenancy
from workshops.models import Ballot, Vote
with tenancy.all_tenants():
    vote = Vote.across_orgs.latest("pk")
    print(json.dumps({"vote": vote.pk, "ballots": Ballot.across_orgs.filter(vote=vote).count()}))
"""


class Held:
    def __init__(self, server: AppServer) -> None:
        self.server = server
        made = json.loads(server.manage("shell", "-v0", "-c", MADE))
        self.phases, self.subject, self.emails = made["phases"], made["subject"], made["emails"]
        self.world = World(server, 0, made["cookies"], {})
        self.at = self.phases["brainstorm"]

    async def open(self, who: str) -> Stream:
        name, _, query = who.partition(" ")
        stream = await self.world.open(name, path=f"/live/workshop/ours/{CODE}/{query}")
        await stream.until(lambda: {"deck", "board", "aside"} <= {event.region for event in stream.events})
        return stream

    async def post(self, who: str, path: str, *fields: tuple[str, object]) -> int:
        return await asyncio.to_thread(self._post, who, path, fields)

    def _post(self, who: str, path: str, fields: tuple[tuple[str, object], ...]) -> int:
        connection = http.client.HTTPConnection(urlsplit(self.server.url).netloc, timeout=30)
        headers = {
            "Cookie": f"{self.world.cookies[who]}; polaris_csrf={CSRF}",
            "X-CSRFToken": CSRF,
            "HX-Request": "true",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection.request("POST", f"/o/ours/workshops/{CODE}/room/{path}", urlencode(fields), headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    async def go(self, kind: str) -> None:
        fields = (("seen", self.at), ("sure", "on"))
        assert await self.post("alice", f"phases/{self.phases[kind]}/", *fields) == 200
        self.at = self.phases[kind]

    async def write(self, who: str, text: str) -> str:
        uid = str(uuid.uuid4())
        assert await self.post(who, "notes/", ("uid", uid), ("subject", self.subject), ("text", text)) == 200
        return uid

    async def vote(self) -> dict[str, int]:
        return json.loads(await asyncio.to_thread(self.server.manage, "shell", "-v0", "-c", VOTE))

    async def cast(self, who: str, vote: int, given: dict[str, int]) -> None:
        fields = [part for uid, dots in given.items() for part in (("item", uid), ("n", dots))]
        assert await self.post(who, "vote/", ("vote", vote), *fields) == 200


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Held]:
    with new_database() as database, new_redis(tmp_path) as redis:
        given = {**({"DATABASE_URL": database} if database else {}), **redis}
        var = tmp_path / "var"
        servers.manage("migrate", "--verbosity=0", env=servers.environment(var, **given))
        with servers.running_web(var, **given) as server:
            yield Held(server)


def sent(streams: list[Stream], since: list[int]) -> list[str]:
    """What these streams got since then."""
    return [event.data for stream, start in zip(streams, since, strict=True) for event in stream.events[start:]]


def regions(streams: list[Stream], since: list[int]) -> set[str]:
    """What was drawn of later versions: of the one that these boards show, other regions may still come."""
    found = set()
    for stream, start in zip(streams, since, strict=True):
        shown = next(event for event in reversed(stream.events[:start]) if event.region == "board")
        found |= {one.region for one in stream.events[start:] if one.region and int(one.id) > int(shown.id)}
    return found


async def settled(streams: list[Stream], text: str, region: str = "board") -> list[int]:
    """Once all show this; how much each has got so far."""
    for stream in streams:
        await stream.shows(text, region)
    return [len(stream.events) for stream in streams]


@on_loop
async def test_nothing_that_is_broadcast_during_a_vote_gives_a_ballot_away(held: Held) -> None:
    streams = [await held.open(who) for who in (ROOM, LEAD, WALL)]
    start = [0] * len(streams)

    # Before the reveal: that there is a note, and not what it says.
    secret = await held.write("bob", SECRET)
    other = await held.write("carol", "Another idea")
    await settled(streams, "Hidden note")
    assert not any(SECRET in data or "Another idea" in data for data in sent(streams, start))

    await held.go("vote")
    # A board may be drawn while the phase begins, from before it and after it; the one of the vote follows.
    opened = await settled(streams, 'class="vote-board')
    open_boards = {stream.newest("board").html for stream in streams if stream.newest("board")}
    vote = (await held.vote())["vote"]

    # Blind: dots come, move and go.
    await held.cast("bob", vote, {secret: 3, other: 2})
    await held.cast("carol", vote, {other: 3})
    await held.cast("gus", vote, {secret: 1})
    await held.cast("bob", vote, {secret: 1, other: 0})
    await held.cast("gus", vote, {secret: 2, other: 1})
    await settled(streams, "3 of 3 have voted", "aside")
    assert (await held.vote())["ballots"] == 4
    while_open = sent(streams, opened)
    assert "board" not in regions(streams, opened), "the board does not change as people vote"
    assert {stream.newest("board").html for stream in streams if stream.newest("board")} == open_boards
    for data in while_open:
        assert secret not in data
        assert other not in data
        assert SECRET not in data
    nudges = [event for stream in streams for event in stream.named("me")]
    assert all(re.fullmatch(r"\d*", event.data) for event in nudges), "a nudge says no more than how many there were"
    for board in open_boards:
        assert set(re.findall(r'aria-valuenow="(\d+)"', board)) <= {"0"}
        assert "data-chosen" not in board

    # Closed: sums and shares, and nobody's own.
    assert await held.post("alice", "vote/close/", ("sure", "on")) == 200
    await settled(streams, "Ranking", "aside")
    for stream in streams:
        ranking = stream.newest("aside").html.partition('class="ranking')[2].partition("</section>")[0]  # type: ignore[union-attr]
        board = stream.newest("board").html  # type: ignore[union-attr]
        assert ">4<" in ranking, "of the second note's dots"
        for part in (ranking, board):
            for voter in ("Bob Colleague", "Carol", "Gus Guest", ">BC<", ">GG<"):
                assert voter not in part, voter
            assert "fvotes" not in part, "with one voter a function, its dots are a ballot"
            assert "data-chosen" not in part

    # Another round begins blind again.
    assert await held.post("alice", "vote/again/", ("after", 1)) == 200
    await settled(streams, "Round 2")
    await held.cast("gus", (await held.vote())["vote"], {secret: 3})
    await settled(streams, "1 of 3 have voted", "aside")

    everything = "".join(sent(streams, start))
    for email in held.emails:
        assert email not in everything
    assert "@" not in everything
    assert CSRF not in everything
    assert "csrfmiddlewaretoken" not in everything
    held.world.close_all()
