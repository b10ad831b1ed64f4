"""Settings ▸ Wording: the words that the coach knows here besides its own."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from okr.actions.coach_words import add_word, remove_word
from okr.forms.wording import WordForm
from okr.models import CoachWord
from orgs.actions.audit import Actor
from orgs.http import OrgRequest
from orgs.permissions import Permission, permission_required
from orgs.rules import RuleBroken


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.MANAGE_SETTINGS)
@never_cache
def wording(request: OrgRequest) -> HttpResponse:
    initial = {"language": request.org.language, "kind": request.GET.get("kind") or CoachWord.Kind.OUTCOME}
    form = WordForm(initial=initial)
    if request.method == "POST":
        form = WordForm(request.POST)
        if form.is_valid():
            try:
                word = add_word(**form.cleaned_data, by=Actor(request.membership))
            except RuleBroken as broken:
                form.add_error(broken.field, broken.message)
            else:
                messages.success(request, _("“%(word)s” added") % {"word": word.word})
                return redirect("settings_wording", org=request.org.slug)
    context = {"form": form, "lists": _lists(CoachWord.objects.all())}
    return render(request, "okr/wording.html", context, status=422 if form.errors else 200)


def _lists(words: QuerySet[CoachWord]) -> list[tuple[str, str, list[CoachWord]]]:
    """Each list with what it does, and its words: one query."""
    does = {
        CoachWord.Kind.OUTPUT_VERB: _("An objective that begins with one reads like something to deliver."),
        CoachWord.Kind.ACTIVITY_VERB: _(
            "A key result with one of them and no two figures is an initiative in disguise."
        ),
        CoachWord.Kind.ACTIVITY_NOUN: _("A meeting or a demo is no result by itself: the coach asks for its effect."),
        CoachWord.Kind.VAGUE: _("A word that sounds good and measures nothing: the coach asks for a figure."),
        CoachWord.Kind.OUTCOME: _("A word of your trade that names a result: the coach leaves it alone."),
    }
    by_kind: dict[str, list[CoachWord]] = {}
    for word in words:
        by_kind.setdefault(word.kind, []).append(word)
    return [(str(kind.label), does[kind], by_kind.get(kind, [])) for kind in CoachWord.Kind]


@require_POST
@permission_required(Permission.MANAGE_SETTINGS)
def word_remove(request: OrgRequest, pk: int) -> HttpResponse:
    word = get_object_or_404(CoachWord, pk=pk)
    remove_word(word, by=Actor(request.membership))
    messages.success(request, _("“%(word)s” taken away") % {"word": word.word})
    return redirect("settings_wording", org=request.org.slug)
