"""Simulated people who take part in a workshop for practice, in a thread of the worker."""

import asyncio
import datetime as dt
import threading

import structlog
from celery import shared_task
from django.conf import settings
from django.db import connections
from django.utils import timezone

from orgs import tenancy
from workshops.access import cookie_name
from workshops.actions import practice
from workshops.models import Note, Workshop
from workshops.playing.play import Play
from workshops.playing.words import cast, script

log = structlog.get_logger(__name__)
RENEW_EVERY = 10.0  # seconds


@shared_task
def play_workshop(org: int, pk: int, until: str) -> None:
    """Bring them in for as long as the workshop lasts, and an hour at most. The worker goes on with its jobs meanwhile; where it
    ends, they are gone: the lease, which was given until then, runs out, and `bring_back` brings the same people."""
    with tenancy.tenant(org):
        workshop = Workshop.objects.select_related("org").get(pk=pk)
        lease = practice.renewed(pk, dt.datetime.fromisoformat(until))
        if lease is None:
            return
        play = _play_of(workshop)
    threading.Thread(target=_play, args=(play, org, pk, lease), name=f"play-{workshop.code}", daemon=True).start()


def bring_back() -> None:
    """Go on with what was being played when a worker ended."""
    now = timezone.now()
    with tenancy.all_tenants():
        found = list(practice.cut_off(now))
    for workshop in found:
        with tenancy.tenant(workshop.org_id):
            lease = practice.resumed(workshop)
        if lease is not None:
            play_workshop.delay(workshop.org_id, workshop.pk, lease.isoformat())


def _play_of(workshop: Workshop) -> Play:
    language = workshop.org.language
    names = [name for name, _function in cast(script(workshop.kind, language))]
    tokens, stay_away = practice.those_who_were_there(workshop, names)
    return Play(
        address=settings.PLAY_ADDRESS,
        code=workshop.code,
        kind=workshop.kind,
        language=language,
        speed=settings.PLAY_SPEED,
        cookies={name: {cookie_name(workshop.code): token} for name, token in tokens.items()},
        stay_away=frozenset(stay_away),
        said=frozenset(Note.objects.filter(workshop=workshop).values_list("text", flat=True)),
    )


def _play(play: Play, org: int, pk: int, until: dt.datetime) -> None:
    lease: dt.datetime | None = until
    since = timezone.now()
    failed = False

    def renew() -> None:
        nonlocal lease
        try:
            with tenancy.tenant(org):
                lease = practice.renewed(pk, lease, since=since) if lease is not None else None
        except Exception:  # the database rests for a moment: nobody leaves for that
            log.exception("workshop_lease_not_renewed", code=play.code)
        finally:
            connections.close_all()  # of a thread that is used once in a while

    async def keep() -> None:
        while lease is not None:
            await asyncio.sleep(RENEW_EVERY)
            await asyncio.to_thread(renew)

    try:
        counts = play.run(keep)
        log.info("workshop_played", code=play.code, **{what.replace(" ", "_"): n for what, n in counts.items()})
    except Exception:
        failed = True
        log.exception("workshop_not_played", code=play.code, address=play.address)
    finally:
        try:
            if lease is not None:
                with tenancy.tenant(org):
                    practice.ended(pk, lease, failed=failed)
        finally:
            connections.close_all()
