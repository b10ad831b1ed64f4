"""One live session as this process knows it, while somebody watches. Lives on the event loop; only drawing leaves it.

version → render once → latest wins → resync: a message marks regions as stale; the stale ones are drawn once for each
audience and language that is watching; every stream is told which of them it has yet to send, and sends what is newest
when its turn comes. What got lost on the way is found by comparing versions with the database.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

import structlog

from workshops.live import door, frames, presence, rendering
from workshops.live.bus import Message, What
from workshops.live.door import Admission
from workshops.live.registry import Kind, region_of
from workshops.live.rendering import Wanted
from workshops.live.watcher import Send, Watcher

if TYPE_CHECKING:
    from workshops.live.hub import Hub

log = structlog.get_logger(__name__)
LATE = 0.1  # seconds that a message may take after the version that it tells of was read from the database
JUMP = 100  # versions at most that are waited for
CROWD = 100  # watchers, from which on what they send comes before what they see
REST = 4  # times as long as a drawing took, from its beginning to the next
LONGEST_REST = 1.0  # seconds


class Frame:
    """A region as it is sent."""

    __slots__ = ("event", "html")

    def __init__(self, name: str, seq: int, html: str) -> None:
        self.html = hash(html)
        self.event = frames.region(name, seq, html)


class Group:
    """Those who see the same: one audience in one language."""

    def __init__(self, session: "Session", audience: str, language: str) -> None:
        self.session, self.audience, self.language = session, audience, language
        self.watchers: set[Watcher] = set()
        self.frames: dict[str, Frame] = {}
        self.missing = set(session.kind.regions)  # not drawn for this group yet

    def take(self, region: str, seq: int, html: str) -> None:
        """A region has been drawn; whoever has it already is not sent the same again. A part that is gone is empty."""
        before = self.frames.get(region)
        if before is not None and before.html == hash(html):
            return
        if before is None and not html and region not in self.session.kind.regions:
            return  # a part that nobody of this group has
        self.frames[region] = Frame(region, seq, html)
        for watcher in self.watchers:
            watcher.show(region)


class Session:
    def __init__(self, hub: "Hub", kind: Kind, org: int, key: str, seq: int) -> None:
        self.hub, self.kind, self.org, self.key, self.seq = hub, kind, org, key, seq
        self.groups: dict[tuple[str, str], Group] = {}
        self.here: frozenset[str] = frozenset()  # who is connected to this process
        self.failing = False  # at its ticks
        self._people: Counter[str] = Counter()  # how many streams each person has
        self._leaving: dict[str, float] = {}  # until when somebody without a stream still counts as here
        self._told: frozenset[str] = frozenset()  # of these, who has been told to other processes
        self._noted = presence.Noted(frozenset(), frozenset())  # who is here in any process, as last shown
        self._tell_at = 0.0
        self._joining = 0
        self._stale: set[str] = set()
        self._drawn_at_seq = dict.fromkeys(kind.regions, seq)  # the first drawing is at least as new
        self._failed: set[str] = set()
        self._jumped: set[int] = set()  # versions of which nothing was heard while later ones were
        self._drawn_last = self._drawing_took = 0.0
        self._drawing: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None
        self._telling: asyncio.Task[None] | None = None
        self._catching_up: asyncio.Task[None] | None = None
        self._look_at = hub.now() + hub.heartbeat * random.uniform(0.5, 1.0)  # noqa: S311

    @property
    def watchers(self) -> list[Watcher]:
        return [watcher for group in self.groups.values() for watcher in group.watchers]

    @property
    def idle(self) -> bool:
        """Nobody watches, all who left have been told, and nothing is being done."""
        busy = self._drawing or self._looking or self._telling or self._catching_up or self._joining
        return not (busy or self.groups or self.here or self._told)

    # ── Coming and leaving ──

    async def join(self, admission: Admission, send: Send) -> Watcher:
        self._joining += 1
        try:
            await self._reach(admission.seq)  # a message is still on its way, or got lost
        finally:
            self._joining -= 1
        group = self.groups.setdefault(
            (admission.audience, admission.language), Group(self, admission.audience, admission.language)
        )
        watcher = Watcher(admission, send, self.hub.now() + self.hub.heartbeat * random.uniform(0.3, 1.0))  # noqa: S311
        watcher.group = group
        group.watchers.add(watcher)
        self._people[admission.person] += 1
        self._leaving.pop(admission.person, None)
        self._count_here()
        watcher.show(*group.frames)
        self._draw()
        return watcher

    def leave(self, watcher: Watcher) -> None:
        group, watcher.group = watcher.group, None
        assert group is not None
        group.watchers.discard(watcher)
        if not group.watchers:
            self.groups.pop((group.audience, group.language), None)
        person = watcher.admission.person
        self._people[person] -= 1
        if not self._people[person]:
            del self._people[person]
            self._leaving[person] = self.hub.now() + self.hub.leaving
        self._count_here()

    def _count_here(self) -> None:
        here = frozenset(self._people) | frozenset(self._leaving)
        if here != self.here:
            self.here = here
            self._tell_at = 0.0

    # ── Messages ──

    def hear(self, message: Message) -> None:
        match message.what:
            case What.CHANGED:
                self._count_to(message.seq)
                self._touch(name for name in message.names if self._drawn_at(name) < message.seq)
            case What.HERE:
                self._tell_at = 0.0
            case What.NUDGE:
                for watcher in self._of(message.names):
                    watcher.fetch_own()
            case What.REVIEW:
                if self._of(message.names):
                    self.look_soon()

    def look_soon(self) -> None:
        """Rights have changed."""
        self._look_at = 0.0
        self.tick(self.hub.now())

    def reconnected(self) -> None:
        """Messages may have been lost, and who is here may have been forgotten."""
        self._tell_at = 0.0
        self.look_soon()

    def _of(self, people: Iterable[str]) -> list[Watcher]:
        wanted = set(people)
        return [watcher for watcher in self.watchers if watcher.admission.person in wanted]

    def _touch(self, regions: Iterable[str]) -> None:
        self._stale.update(name for name in regions if region_of(name) in self.kind.regions)
        self._draw()

    def _drawn_at(self, name: str) -> int:
        """The version at which a region, or a part of one, was drawn last."""
        return max(self._drawn_at_seq.get(name, -1), self._drawn_at_seq.get(region_of(name), -1))

    def _count_to(self, seq: int) -> None:
        """A version that was jumped over is a message that comes late, or never."""
        self._jumped.discard(seq)
        self._jumped.update(range(max(self.seq + 1, seq - JUMP), seq))
        self.seq = max(self.seq, seq)
        if self._jumped and self._catching_up is None:
            self._catching_up = self.hub.start(self._catch_up())

    async def _catch_up(self) -> None:
        await asyncio.sleep(LATE)
        self._catching_up = None
        if self._jumped:
            self.resync(self.seq)

    async def _reach(self, seq: int) -> None:
        """Be at least at this version: its message gets a moment more, then everything is drawn anew."""
        if self.seq < seq:
            await asyncio.sleep(LATE)
        if self.seq < seq:
            self.resync(seq)

    def resync(self, seq: int) -> None:
        """Something got lost: draw everything anew, and let everybody fetch what is theirs."""
        self.seq = seq
        self._jumped.clear()
        for watcher in self.watchers:
            watcher.fetch_own()
        self._touch(self.kind.regions)

    # ── Drawing ──

    def _draw(self) -> None:
        if self._drawing is None and self._has_work():
            self._drawing = self.hub.start(self._draw_all())

    def _has_work(self) -> bool:
        return bool(self.groups) and (bool(self._stale) or any(group.missing for group in self.groups.values()))

    async def _draw_all(self) -> None:
        """One round at a time: the first change is drawn at once, those that come meanwhile together, after a pause."""
        try:
            while self._has_work():
                if self._stale:
                    rest = min(LONGEST_REST, REST * self._drawing_took) if len(self.watchers) >= CROWD else 0.0
                    pause = max(self.kind.interval, rest)
                    await asyncio.sleep(max(0.0, self._drawn_last + pause - self.hub.now()))
                    self._drawn_last = self.hub.now()
                began = self.hub.now()
                await self._draw_round()
                self._drawing_took = self.hub.now() - began
        finally:
            self._drawing = None
            if not self.groups:
                self._stale.clear()

    async def _draw_round(self) -> None:
        stale, self._stale = self._stale, set()
        seq = self.seq
        self._drawn_at_seq.update(dict.fromkeys(stale, seq))
        wanted: dict[Wanted, Group] = {}
        # The largest audience first: it waits for no other.
        for group in sorted(self.groups.values(), key=lambda group: -len(group.watchers)):
            whole = [name for name in self.kind.regions if name in stale or name in group.missing]
            parts = sorted(name for name in stale if name not in self.kind.regions and region_of(name) not in whole)
            regions = (*parts, *whole)  # what is named most exactly is what somebody waits for
            group.missing.clear()
            if regions:
                wanted[Wanted(group.audience, group.language, regions, frozenset(group.frames))] = group
        loop = asyncio.get_running_loop()

        def done(one: Wanted, region: str, html: str) -> None:
            loop.call_soon_threadsafe(wanted[one].take, region, seq, html)

        failed = await self.hub.draw(rendering.draw, self.kind, self.org, self.key, list(wanted), done)
        self._failed |= failed

    # ── Each moment ──

    def tick(self, now: float) -> None:
        for watcher in self.watchers:
            if watcher.writing_since and now - watcher.writing_since > self.hub.write_within:
                watcher.abort()
            elif watcher.beat_at <= now:
                watcher.beat(now + self.hub.heartbeat)
        for person in [person for person, until in self._leaving.items() if until <= now]:
            del self._leaving[person]
        self._count_here()
        if self._looking is None and self._look_at <= now and self.groups:
            self._look_at = now + self.hub.heartbeat
            self._looking = self.hub.start(self._look())
        if self._telling is None and self._tell_at <= now:
            self._tell_at = now + self.hub.heartbeat
            self._telling = self.hub.start(self._tell())

    async def _look(self) -> None:
        """Once a heartbeat and session, however many watch: does the database know more, and may they still watch?"""
        try:
            admissions = {watcher.admission for watcher in self.watchers}
            seq, ended = await self.hub.ask(door.look_again, self.kind, self.org, self.key, admissions)
            for watcher in self.watchers:
                if seq is None or watcher.admission in ended:
                    watcher.close()
            if seq is not None:
                again, self._failed = self._failed, set()
                self._touch(again)
                await self._reach(seq)
        except Exception:
            log.exception("live_session_not_looked_at", kind=self.kind.name)
        finally:
            self._looking = None

    async def _tell(self) -> None:
        """Note who is here, where other processes see it; show it where it has changed."""
        try:
            here = self.here
            noted = await self.hub.ask(presence.note, self.kind.name, self.org, self.key, here)
            self._told = here
            if presence.was_guessed(self.kind.name, self.org, self.key) or noted != self._noted:
                self._noted = noted
                self._touch(self.kind.shows_presence)
        finally:
            self._telling = None
