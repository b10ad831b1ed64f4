"""People, what they may do in an organization, and where they sit."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orgs.models.base import RevisedModel, TenantModel, TenantQuerySet, tenant_manager
from orgs.models.structure import Language, Tribe, validate_time_zone


class Role(models.TextChoices):
    """A person may hold several at once. What each allows: orgs.permissions."""

    ADMINISTRATOR = "administrator", _("Administrator")
    SPONSOR = "sponsor", _("Sponsor")
    CODIR = "codir", _("CoDir member")
    CHIEF_OF_STAFF = "chief_of_staff", _("Chief of staff")
    COACH = "coach", _("OKR coach")
    CPO = "cpo", _("Head of product (CPO)")
    MEMBER = "member", pgettext_lazy("role", "Member")
    OBSERVER = "observer", _("Observer")


class Function(models.TextChoices):
    """The four functions of 4-in-the-box."""

    PRODUCT = "product", _("Product")
    TECH = "tech", _("Tech")
    DESIGN = "design", _("Design")
    BUSINESS = "business", _("Business")


class Theme(models.TextChoices):
    SYSTEM = "system", pgettext_lazy("theme", "As the device")
    LIGHT = "light", pgettext_lazy("theme", "Light")
    DARK = "dark", pgettext_lazy("theme", "Dark")


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. Belongs to no organization by itself: memberships say where, and as what."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    language = models.CharField(_("language"), max_length=5, choices=Language, blank=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=40,
        blank=True,
        validators=[validate_time_zone],
        help_text=_("Else the organization's."),
    )
    theme = models.CharField(_("theme"), max_length=6, choices=Theme, blank=True)
    mail_mentions = models.BooleanField(_("somebody mentions me"), default=True)
    mail_replies = models.BooleanField(_("somebody answers in a conversation of mine"), default=True)
    mail_news = models.BooleanField(_("something moves that I follow"), default=False)
    single_keys = models.BooleanField(_("shortcuts of a single key"), default=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name

    @cached_property
    def call_sign(self) -> str:
        """Two letters that stand for the person in dense tables: the initials of the first and last word."""
        words = [word for word in self.name.replace("-", " ").split() if word[0].isalpha()]
        if not words:
            return self.email[:2].upper()
        return (words[0][0] + (words[-1][0] if len(words) > 1 else words[0][1:2])).upper()


def validate_roles(roles: Any) -> None:
    from django.core.exceptions import ValidationError

    if not isinstance(roles, list) or not roles or any(role not in Role.values for role in roles):
        raise ValidationError(_("Choose at least one of the known roles."))


class MembershipQuerySet(TenantQuerySet):
    def active(self) -> "MembershipQuerySet":
        return self.filter(ended_at=None, user__is_active=True)

    def with_people(self) -> "MembershipQuerySet":
        return self.select_related("user")


class Membership(RevisedModel):
    """A person in an organization, with all their roles there."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    roles = models.JSONField(_("roles"), default=list, validators=[validate_roles])
    title = models.CharField(_("job title"), max_length=80, blank=True)
    function = models.CharField(_("function"), max_length=10, choices=Function, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    # How the person is reached here (orgs.actions.reach).
    remind_by_mail = models.BooleanField(_("reminders by e-mail"), default=True)
    weekly_digest = models.BooleanField(_("weekly digest"), null=True, blank=True)  # unset: orgs.reaching.gets_digest
    paused_until = models.DateField(_("paused until"), null=True, blank=True)  # the last day on which nobody is asked
    # Of what pages show to this member alone; the organization's version says nothing of it (orgs.caching).
    own_version = models.PositiveIntegerField(default=1, editable=False)

    unread = 0  # notices that wait in the inbox, of whoever asks for a page (orgs.access)

    objects: ClassVar[Any] = tenant_manager(MembershipQuerySet)

    class Meta(RevisedModel.Meta):
        ordering = ["user__name", "pk"]
        constraints = [models.UniqueConstraint(fields=["org", "user"], name="membership_once")]
        indexes = [models.Index(fields=["user", "org"], name="membership_of_user")]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def call_sign(self) -> str:
        return self.user.call_sign

    def has_role(self, *roles: Role) -> bool:
        return any(role in self.roles for role in roles)


class Seat(TenantModel):
    """A person's place in a tribe's 4-in-the-box."""

    tribe = models.ForeignKey(Tribe, models.CASCADE, related_name="seats")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="seats")
    function = models.CharField(_("function"), max_length=10, choices=Function)
    is_delegate = models.BooleanField(
        _("speaks for the function"), default=False, help_text=_("One of the four at the table.")
    )

    class Meta(TenantModel.Meta):
        ordering = ["tribe_id", "function", "-is_delegate", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["tribe", "membership"], name="seat_once"),
            models.UniqueConstraint(
                fields=["tribe", "function"], condition=Q(is_delegate=True), name="one_delegate_a_function"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tribe_id} · {self.function}"


class ApiKey(TenantModel):
    """A key for the API, bound to one organization; it acts as the member who made it, within its scopes.

    Only the SHA-256 of the secret is kept. The secret is 256 random bits, so a fast hash is enough.
    """

    class Scope(models.TextChoices):
        READ = "read", _("Read")
        CHECK_IN = "check_in", _("Write check-ins")
        PLAN = "plan", _("Decide in quarter planning")

    name = models.CharField(_("name"), max_length=60)
    prefix = models.CharField(max_length=12, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(_("scopes"), default=list)
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="api_keys")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def scope_labels(self) -> list[str]:
        return [str(self.Scope(scope).label) for scope in self.scopes]
