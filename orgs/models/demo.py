from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.models.people import User


class DemoPersona(models.Model):
    """A demo account that the sign-in page offers in one click, in demo mode only."""

    class Part(models.TextChoices):
        SPONSOR = "sponsor", _("Sponsor")
        CODIR = "codir", _("CoDir member")
        CHIEF_OF_STAFF = "chief_of_staff", _("Chief of staff")
        COACH = "coach", _("OKR coach")
        CPO = "cpo", _("Head of product (CPO)")
        TRIBE_LEAD = "tribe_lead", _("Tribe lead")
        TECH = "tech", _("Tech member")
        OBSERVER = "observer", _("Observer")
        OTHER_ADMINISTRATOR = "other_administrator", _("Administrator of the second organization")

    key = models.CharField(max_length=20, choices=Part, unique=True)
    user = models.OneToOneField(User, models.CASCADE, related_name="+")
    organization_name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.get_key_display()
