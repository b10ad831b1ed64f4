"""One quarter's planning before and after its meeting, and the one next step of who looks at it."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.permissions import Permission, can
from planning.actions.leading import leads
from planning.actions.preparing import opinions_open
from planning.models import Planning
from planning.pages.ahead import ahead
from planning.pages.planned import Planned


@dataclass(frozen=True, slots=True)
class Next:
    """The one next step of a person. `label` is "" where there is nothing to do but to wait; `posts`: a form sends it."""

    text: str
    label: str = ""
    url: str = ""
    posts: bool = False
    detail: str = ""
    icon: str = "arrow-right"


class PlanningPage(Planned):
    @cached_property
    def next(self) -> Next:
        by_state = {
            Planning.State.PREPARING: self._next_before,
            Planning.State.OPEN: self._next_in_session,
            Planning.State.REFINING: self._next_refining,
            Planning.State.PUBLISHED: self._next_published,
        }
        return by_state[Planning.State(self.planning.state)]()

    def _next_before(self) -> Next:
        if self.leads and self.planning.chair_id is None:
            return Next(
                _("Say who chairs the meeting and who has a vote."),
                _("Complete the set-up"),
                self.url("planning_setup"),
            )
        if self.leads and self.presented and self.meets_today:
            said = ngettext(
                "Today is the meeting: %(n)s key result is proposed.",
                "Today is the meeting: %(n)s key results are proposed.",
                self.presented,
            )
            return self._opening(said % {"n": self.presented})
        if (mine := self._my_proposals()) is not None:
            return mine
        if self.has_vote and self.presented and opinions_open(self.planning, self.now):
            return self._my_votes()
        if self.leads:
            return self._awaiting_proposals()
        text = (
            _("The CoDir meets on %(day)s.") % {"day": self.when}
            if self.when
            else _("The day of the meeting is not set yet.")
        )
        return Next(text, detail=_("Nothing is asked of you until then."))

    def _opening(self, text: str) -> Next:
        detail = _("From then on decisions count, and what is proposed later is marked as late.")
        return Next(text, _("Open the meeting"), self.url("planning_open"), posts=True, detail=detail, icon="play")

    def _my_proposals(self) -> Next | None:
        """For a lead: what can be proposed, else what is lacking for it. None where all is proposed, or nothing written."""
        mine = [part for part in self.parts if part.tribe.lead_id == self.member.pk and part.may_write]
        until = _("The CoDir meets on %(day)s.") % {"day": self.when} if self.when else ""
        for part in mine:
            name = {"tribe": part.tribe.name, "n": part.ready}
            if part.ready:
                said = ngettext(
                    "%(n)s draft of %(tribe)s is complete: propose it to the CoDir.",
                    "%(n)s drafts of %(tribe)s are complete: propose them to the CoDir.",
                    part.ready,
                )
                label = ngettext("Propose %(n)s key result", "Propose %(n)s key results", part.ready)
                url = self.url("planning_propose", code=part.tribe.code)
                return Next(said % name, label % name, url, posts=True, detail=until)
        for part in mine:
            name = {"tribe": part.tribe.name, "n": len(part.lacking)}
            if part.lacking:
                said = ngettext(
                    "%(n)s draft of %(tribe)s lacks something before it can be proposed.",
                    "%(n)s drafts of %(tribe)s lack something before they can be proposed.",
                    len(part.lacking),
                )
                return Next(said % name, _("Complete them"), part.url, detail=until)
            if not part.presented:
                said = _("%(tribe)s has written nothing for %(quarter)s yet.")
                name |= {"quarter": self.planning.quarter.label}
                return Next(said % name, _("Write the first objective"), part.url, detail=until)
        return None

    def _my_votes(self) -> Next:
        done, all_ = self.my_votes, self.presented
        detail = (
            _("Until %(day)s. Nobody else sees what you say before the meeting.") % {"day": self.votes_until}
            if self.votes_until
            else _("Until the meeting opens. Nobody else sees what you say before.")
        )
        if done >= all_:
            text = ngettext(
                "You have said what you would do with the one proposal.",
                "You have said of all %(n)s what you would do.",
                all_,
            ) % {"n": all_}
            if self.when:
                text = f"{text} {_('The CoDir meets on %(day)s.') % {'day': self.when}}"
            return Next(text, _("Look again"), self.url("planning_votes"), detail=detail)
        if done:
            text = _("You have said of %(done)s of %(all)s what you would do.") % {"done": done, "all": all_}
            return Next(text, _("Go on voting"), self.url("planning_votes"), detail=detail)
        text = ngettext(
            "Say alone of %(n)s proposal what you would do: keep, drop or discuss.",
            "Say alone of %(n)s proposals what you would do: keep, drop or discuss.",
            all_,
        ) % {"n": all_}
        return Next(text, _("Vote ahead"), self.url("planning_votes"), detail=detail)

    def _awaiting_proposals(self) -> Next:
        """Nothing for who leads to press: what the others are waited for."""
        waiting = [part.tribe.name for part in self.parts if part.slot and not part.presented]
        when = _("The CoDir meets on %(day)s.") % {"day": self.when} if self.when else ""
        if not self.presented:
            return Next(_("Nothing is proposed yet: leads propose here, or on their own page."), detail=when)
        if waiting:
            return Next(_("Nothing is proposed yet by %(names)s.") % {"names": ", ".join(waiting)}, detail=when)
        return Next(_("Everybody in the agenda has proposed."), detail=when)

    def _next_in_session(self) -> Next:
        late = self._my_proposals()
        if late is not None and late.posts:
            return Next(
                _("The CoDir is in session. %(what)s") % {"what": late.text},
                late.label,
                late.url,
                posts=True,
                detail=_("What is proposed now is marked as late."),
            )
        text = ngettext(
            "The CoDir is in session: %(n)s key result is undecided.",
            "The CoDir is in session: %(n)s key results are undecided.",
            self.open,
        ) % {"n": self.open}
        label = _("Go to the board") if self.has_vote or leads(self.planning, self.member) else _("Watch the board")
        return Next(text, label, self.url("planning_board"))

    def _next_refining(self) -> Next:
        refines = (
            can(self.member, Permission.ACCEPT_AS_CPO)
            or can(self.member, Permission.PUBLISH_QUARTER)
            or any(part.tribe.lead_id == self.member.pk and part.kept for part in self.parts)
        )
        text = _("The CoDir kept %(kept)s of %(presented)s.") % {"kept": self.kept, "presented": self.presented}
        if refines:
            detail = (
                _("Until %(day)s, leads and the CPO rework what was kept and accept it; then the quarter is published.")
                % {"day": self.refined_by}
                if self.refined_by
                else _("Leads and the CPO rework what was kept and accept it; then the quarter is published.")
            )
            return Next(text, _("Refine"), self.url("planning_refinement"), detail=detail)
        return Next(
            text, _("See what was decided"), self.url("planning_results"), detail=_("Leads and the CPO refine it now.")
        )

    def _next_published(self) -> Next:
        """For who leads, the quarter after it; the others look back."""
        text = ngettext(
            "%(quarter)s is published with %(kept)s key result.",
            "%(quarter)s is published with %(kept)s key results.",
            self.kept,
        ) % {"quarter": self.planning.quarter.label, "kept": self.kept}
        coming = ahead(self.planning.quarter, self.org, self.member)
        if coming.url:
            return Next(text, coming.label, coming.url, detail=coming.text)
        return Next(text, _("See what was decided"), self.url("planning_results"), detail=coming.text)
