"""Taking deferred key results of the quarter before into a tribe's draft, or leaving them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from orgs.actions.audit import Actor
from orgs.http import OrgRequest, client_id_of
from orgs.models import Tribe
from orgs.rules import RuleBroken
from orgs.toasts import say_done
from planning.access import find_quarter
from planning.actions import carrying
from planning.forms.carrying import CarryForm


@require_POST
def carry(request: OrgRequest, quarter: str, code: str) -> HttpResponse:
    """Into the quarter of the address."""
    chosen = find_quarter(quarter)
    if chosen is None:
        raise Http404
    tribe = get_object_or_404(Tribe.objects.select_related("lead"), code=code.upper())
    form = CarryForm(request.POST)
    by = Actor(request.membership)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
    else:
        ids, do = form.cleaned_data["key_result"], form.cleaned_data["do"]
        number = len(ids)
        try:
            if do == CarryForm.TAKE:
                _made, change = carrying.carry_over(ids, tribe, chosen, by=by, client_id=client_id_of(request))
                said = ngettext("%(n)s key result taken over", "%(n)s key results taken over", number)
                say_done(request, said % {"n": number}, change.id)
            elif do == CarryForm.LEAVE:
                carrying.leave(ids, tribe, chosen, by=by)
                say_done(request, _("Left. It stays findable among the decisions."))
            else:
                carrying.offer_again(ids, tribe, chosen, by=by)
        except RuleBroken as broken:
            messages.error(request, broken.message)
    return redirect("tribe_quarter", request.org.slug, tribe.code, chosen.slug)
