"""Simulated people who take part in a workshop for practice, in a thread of the worker."""

import asyncio
import datetime as dt
import threading

import structlog
from celery import shared_task
from django.conf import settings
from django.db import connections

from orgs import tenancy
from workshops.actions import practice
from workshops.models import Workshop
from workshops.playing.play import Play

log = structlog.get_logger(__name__)
RENEW_EVERY = 20.0  # seconds


@shared_task
def play_workshop(org: int, pk: int, until: str) -> None:
    """Bring them in for as long as the workshop lasts, and an hour at most. The worker goes on with its jobs meanwhile; where it ends,
    they are gone, and the lease, which was given until then, runs out."""
    with tenancy.tenant(org):
        workshop = Workshop.objects.select_related("org").get(pk=pk)
        lease = practice.renewed(pk, dt.datetime.fromisoformat(until))
    if lease is None:
        return
    play = Play(
        address=settings.PLAY_ADDRESS,
        code=workshop.code,
        kind=workshop.kind,
        language=workshop.org.language,
        speed=settings.PLAY_SPEED,
    )
    threading.Thread(target=_play, args=(play, org, pk, lease), name=f"play-{workshop.code}", daemon=True).start()


def _play(play: Play, org: int, pk: int, until: dt.datetime) -> None:
    lease: dt.datetime | None = until

    def renew() -> None:
        nonlocal lease
        try:
            with tenancy.tenant(org):
                lease = practice.renewed(pk, lease) if lease is not None else None
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
        log.exception("workshop_not_played", code=play.code)
    finally:
        try:
            if lease is not None:
                with tenancy.tenant(org):
                    practice.ended(pk, lease)
        finally:
            connections.close_all()
