"""How a member can be related to a thing. Kept free of models, which say it of themselves (`relations_of`)."""

from enum import StrEnum


class Relation(StrEnum):
    OWNER = "owner"  # owns the key result or the initiative
    TRIBE_LEAD = "tribe_lead"  # leads the tribe that it belongs to
    AUTHOR = "author"  # wrote the check-in
    SEAT = "seat"  # sits in the tribe
    FACILITATOR = "facilitator"  # leads the workshop, alone or with another
    CHAIR = "chair"  # of the quarter planning: decides for all, or where votes are equal
    VOTER = "voter"  # has a vote in the quarter planning
    PERSON = "person"  # it is the absence of this person
    SUBSTITUTE = "substitute"  # stands in for the owner, who is away
    COMMITTEE = "committee"  # sits on the committee that meets
