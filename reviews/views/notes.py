"""Retrospective notes, how initiatives ended, and taking what goes on into the next draft."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from okr.actions import carrying
from okr.actions.initiatives import carry_initiative, change_initiative
from okr.models import Initiative, Quarter
from orgs.actions.audit import Actor
from orgs.conflicts import seen_in
from orgs.http import OrgRequest, client_id_of, way_back
from orgs.models import Tribe
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from orgs.toasts import say_done
from reviews.access import ReviewRequest, with_period
from reviews.actions import notes as actions
from reviews.actions.closing import carry_all
from reviews.forms.note import EndForm, NoteForm, NoteTextForm
from reviews.models import RetroNote
from reviews.views.review import show_sheet

REFUSED = 422


@require_POST
@with_period
def write(request: ReviewRequest, code: str) -> HttpResponse:
    quarter, tribe = _place(request, code)
    require(request.membership, Permission.REVIEW, tribe)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return show_sheet(request, quarter, tribe, refusal=_said(form), status=REFUSED)
    try:
        note, change = actions.write_note(
            tribe, quarter, **form.cleaned_data, by=Actor(request.membership), client_id=client_id_of(request)
        )
    except RuleBroken as broken:
        return show_sheet(request, quarter, tribe, refusal=broken.message, status=REFUSED)
    say_done(request, _("Noted"), change.id)
    return redirect(f"{_sheet(request, quarter, tribe)}#retro-{note.kind}")


@require_POST
def change(request: OrgRequest, pk: int) -> HttpResponse:
    note = _note(pk)
    form = NoteTextForm(request.POST)
    if not form.is_valid():
        return show_sheet(request, note.quarter, note.tribe, refusal=_said(form), status=REFUSED)
    try:
        changed, act = actions.change_note(
            note, form.cleaned_data["text"], by=Actor(request.membership), seen=seen_in(request.POST)
        )
    except RuleBroken as broken:
        return show_sheet(request, note.quarter, note.tribe, refusal=broken.message, status=REFUSED)
    say_done(request, _("Note saved"), act.id if changed else None)
    return redirect(f"{_sheet(request, note.quarter, note.tribe)}#retro-{note.kind}")


@require_POST
def remove(request: OrgRequest, pk: int) -> HttpResponse:
    note = _note(pk)
    try:
        act = actions.remove_note(note, by=Actor(request.membership))
    except RuleBroken as broken:
        return show_sheet(request, note.quarter, note.tribe, refusal=broken.message, status=REFUSED)
    say_done(request, _("Note taken away"), act.id)
    return redirect(f"{_sheet(request, note.quarter, note.tribe)}#retro-{note.kind}")


@require_POST
def initiative(request: OrgRequest, pk: int) -> HttpResponse:
    """Done, stopped, or carried on into the next quarter."""
    row = get_object_or_404(Initiative.objects.live().select_related("tribe__lead", "quarter__year"), pk=pk)
    require(request.membership, Permission.EDIT_INITIATIVES, row)
    form, by = EndForm(request.POST), Actor(request.membership)
    How = EndForm.How
    try:
        if not form.is_valid():
            raise RuleBroken(_said(form))
        how = form.cleaned_data["how"]
        if how == How.ON:
            into = carrying.after(row.quarter)
            if not isinstance(into, Quarter):
                raise RuleBroken(_("There is no next quarter yet: an administrator creates its year."))
            _made, act = carry_initiative(row, into, by=by, client_id=client_id_of(request))
            said = _("It goes on in %(quarter)s") % {"quarter": into}
        else:
            state = Initiative.State.DELIVERED if how == How.DONE else Initiative.State.CANCELLED
            _changed, act = change_initiative(row, {"state": state}, by=by)
            said = _("Initiative closed")
    except RuleBroken as broken:
        return show_sheet(request, row.quarter, row.tribe, refusal=broken.message, status=REFUSED)
    say_done(request, said, act.id)
    return redirect(f"{_sheet(request, row.quarter, row.tribe)}#work")


@require_POST
@with_period
def carry(request: ReviewRequest, code: str) -> HttpResponse:
    """All that waits of the tribe, or what was chosen of it, into the next quarter's draft."""
    quarter, tribe = _place(request, code)
    chosen = [
        int(one) for one in request.POST.getlist("key_result") if one.isascii() and one.isdigit() and len(one) < 19
    ]
    try:
        made, act = carry_all(quarter, by=Actor(request.membership), tribe=tribe, ids=chosen or None)
    except RuleBroken as broken:
        return show_sheet(request, quarter, tribe, refusal=broken.message, status=REFUSED)
    if made:
        said = ngettext("%(n)s key result taken over", "%(n)s key results taken over", len(made))
        say_done(request, said % {"n": len(made)}, act.id)
    else:
        messages.info(request, _("There is nothing left to take over."))
    return redirect(way_back(request.POST.get("next", "")) or f"{_sheet(request, quarter, tribe)}#going")


# ── Underneath ───────────────────────────────────────────────────────────────


def _place(request: ReviewRequest, code: str) -> tuple[Quarter, Tribe]:
    if not isinstance(request.period, Quarter):
        raise Http404
    return request.period, get_object_or_404(Tribe.objects.select_related("lead__user"), code=code.upper())


def _note(pk: int) -> RetroNote:
    rows = RetroNote.objects.live().select_related("tribe__lead__user", "quarter__year", "author__user")
    found: RetroNote = get_object_or_404(rows, pk=pk)
    return found


def _sheet(request: OrgRequest, quarter: Quarter, tribe: Tribe) -> str:
    return reverse("review_tribe", args=[request.org.slug, quarter.slug, tribe.code])


def _said(form: "NoteForm | NoteTextForm | EndForm") -> str:
    return str(next(iter(form.errors.values()))[0])
