"""Answers for machines: health, the offline page and the service worker that keeps it."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orgs.models import Heartbeat

JOBS_SILENT_AFTER = timedelta(minutes=5)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the database answers; says beside it whether the jobs have shown themselves lately."""
    try:
        beat = Heartbeat.objects.filter(name="jobs").first()
        connection.ensure_connection()
    except DatabaseError:
        return JsonResponse({"database": "down"}, status=503)
    alive = beat is not None and timezone.now() - beat.at < JOBS_SILENT_AFTER
    return JsonResponse({"database": "up", "jobs": "up" if alive else "silent"})


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "offline.html")


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Served from the root, because a service worker rules over no more than its own folder."""
    script = Path(settings.BASE_DIR, "static", "js", "sw.js").read_text()
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})
