"""Earlier targets of a published key result, from its history."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from okr.actions.staging import baseline_of
from okr.earlier import FIGURES, Earlier, Edit, earlier_metrics
from okr.models import KeyResult
from okr.pages.figures import Figures, day
from okr.querysets import RUNNING
from okr.readings import Clock
from okr.scoring import Direction
from orgs.actions.editable import python_value
from orgs.models import AuditEvent

INCOMPARABLE = ("direction", "unit")
READ = 100


def earlier_of(key_result: KeyResult, clock: Clock) -> tuple[Earlier, ...]:
    """One query where figures are other than when it was published, else none. Needs `objective` with its period."""
    if key_result.stage not in RUNNING or not key_result.baseline:
        return ()
    now = baseline_of(key_result)
    if all(key_result.baseline.get(name, now[name]) == now[name] for name in FIGURES):
        return ()
    edits = []
    telling = Q(before__has_any_keys=[*FIGURES, *INCOMPARABLE]) | Q(after__stage=KeyResult.Stage.PUBLISHED)
    events = AuditEvent.objects.filter(telling, object_type="keyresult", object_id=key_result.pk).order_by("-pk")
    for at, before, after in events.values_list("at", "before", "after")[:READ]:
        if after.get("stage") == KeyResult.Stage.PUBLISHED or any(name in before for name in INCOMPARABLE):
            break  # the figures before were proposals, or of something else
        figures = {name: python_value(key_result, name, before[name]) for name in FIGURES if name in before}
        if figures:
            edits.append(Edit(timezone.localtime(at, clock.org.zone).date(), figures))
    return earlier_metrics(key_result.as_metric, edits, key_result.objective.span.period)


def earlier_words(key_result: KeyResult, earlier: Sequence[Earlier], clock: Clock) -> list[str]:
    """ "Target was 12 until 3 May", the latest first."""
    if not earlier:
        return []
    metrics = [one.metric for one in earlier]
    known = (value for metric in metrics for value in (metric.start, metric.target, metric.low, metric.high) if value)
    figures = Figures.of(key_result, clock, known)
    lines = []
    for one, then in zip(earlier, [*metrics[1:], key_result.as_metric], strict=True):
        until, metric = day(one.until, clock.today), one.metric
        if metric.direction == Direction.WITHIN and metric.low is not None and metric.high is not None:
            if (metric.low, metric.high) != (then.low, then.high):
                low, high = figures.span(metric.low, metric.high)
                band = _("%(low)s to %(high)s") % {"low": low, "high": high}
                lines.append(_("To keep within %(band)s until %(day)s") % {"band": band, "day": until})
            continue
        if metric.target is not None and metric.target != then.target:
            lines.append(
                _("Target was %(value)s until %(day)s") % {"value": figures.value(metric.target), "day": until}
            )
        if metric.start is not None and metric.start != then.start:
            lines.append(_("Start was %(value)s until %(day)s") % {"value": figures.value(metric.start), "day": until})
    return lines[::-1]
