"""What people choose alone: the strategic key results they can move, and their dots. And what the room then decides."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from okr.models import KeyResult, Objective
from orgs.models import Membership, TenantModel
from workshops.models.board import Family, Note
from workshops.models.participant import Participant
from workshops.models.workshop import Phase, Subject, Workshop


class Pick(TenantModel):
    """A participant's mark on a strategic key result that the tribe can move: private, only the sum is shown."""

    subject = models.ForeignKey(Subject, models.CASCADE, related_name="picks")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="picks")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["subject", "participant"], name="pick_once")]

    def __str__(self) -> str:
        return f"{self.subject_id} · {self.participant_id}"


class Vote(TenantModel):
    """A round of dots. Budget, what is voted on and the weight of head-count are frozen when it opens."""

    phase = models.ForeignKey(Phase, models.CASCADE, related_name="votes")
    number = models.PositiveSmallIntegerField(default=1)
    votes_on = models.CharField(max_length=8, choices=Workshop.VotesOn)
    dots = models.PositiveSmallIntegerField()
    dots_an_item = models.PositiveSmallIntegerField()
    exponent = models.DecimalField(max_digits=2, decimal_places=1, default=Decimal(0))
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["phase__position", "number"]
        constraints = [
            models.UniqueConstraint(fields=["phase", "number"], name="vote_once"),
            models.CheckConstraint(name="vote_dots_fit", condition=Q(dots_an_item__gt=0, dots__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.phase_id} · {self.number}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class Ballot(TenantModel):
    """A participant's dots on one item of a vote. Nobody else's page or broadcast ever holds it."""

    vote = models.ForeignKey(Vote, models.CASCADE, related_name="ballots")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="ballots")
    note = models.ForeignKey(Note, models.CASCADE, null=True, blank=True, related_name="ballots")
    family = models.ForeignKey(Family, models.CASCADE, null=True, blank=True, related_name="ballots")
    dots = models.PositiveSmallIntegerField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="ballot_is_on_one_item",
                condition=Q(note__isnull=False, family__isnull=True) | Q(note__isnull=True, family__isnull=False),
            ),
            models.CheckConstraint(name="ballot_has_dots", condition=Q(dots__gt=0)),
            models.UniqueConstraint(
                fields=["vote", "participant", "note"], condition=Q(note__isnull=False), name="ballot_note_once"
            ),
            models.UniqueConstraint(
                fields=["vote", "participant", "family"], condition=Q(family__isnull=False), name="ballot_family_once"
            ),
        ]
        indexes = [models.Index(fields=["org", "vote", "participant"], name="ballot_of_person")]

    def __str__(self) -> str:
        return f"{self.vote_id} · {self.participant_id}"


class Decision(TenantModel):
    """What the room decided of an item, and what it became."""

    class Outcome(models.TextChoices):
        RETAINED = "retained", _("Retained")
        PARKED = "parked", _("Parked")
        REJECTED = "rejected", _("Rejected")

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="decisions")
    note = models.ForeignKey(Note, models.CASCADE, null=True, blank=True, related_name="decisions")
    family = models.ForeignKey(Family, models.CASCADE, null=True, blank=True, related_name="decisions")
    outcome = models.CharField(_("decision"), max_length=8, choices=Outcome)
    reason = models.CharField(_("a word why"), max_length=300, blank=True)
    objective = models.ForeignKey(Objective, models.SET_NULL, null=True, blank=True, related_name="decided_by")
    key_result = models.ForeignKey(KeyResult, models.SET_NULL, null=True, blank=True, related_name="decided_by")
    # Where it is for practice: the title of the draft that it would have become. The hierarchy stays as it was.
    would_become = models.CharField(max_length=240, blank=True, editable=False)
    by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="decision_is_of_one_item",
                condition=Q(note__isnull=False, family__isnull=True) | Q(note__isnull=True, family__isnull=False),
            ),
            models.UniqueConstraint(fields=["note"], condition=Q(note__isnull=False), name="decision_of_note_once"),
            models.UniqueConstraint(
                fields=["family"], condition=Q(family__isnull=False), name="decision_of_family_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} · {self.note_id or self.family_id}"

    @property
    def made(self) -> Objective | KeyResult | None:
        """What it became, unless that was archived. Needs `objective` and `key_result__objective` loaded."""
        if self.objective is not None and self.objective.archived_at is None:
            return self.objective
        row = self.key_result
        return row if row is not None and row.archived_at is None and row.objective.archived_at is None else None
