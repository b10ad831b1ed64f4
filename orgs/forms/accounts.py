"""django-allauth's forms in Polaris's words: the same labels everywhere, and none of them repeated inside its field."""

import unicodedata
from typing import Any

from allauth.account import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.forms import CharField, TextInput
from django.utils.translation import gettext_lazy as _

from orgs.accounts import CONFIRMED

LABELS = {
    "login": _("E-mail"),
    "email": _("E-mail"),
    "password": _("Password"),
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": _("New password, again"),
}
OVERRIDES = frozenset("\u202d\u202e")  # of the direction of writing; no script needs them


class OwnWords:
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)


class LoginForm(OwnWords, forms.LoginForm):
    """It holds the address that was confirmed in this browser just now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request is not None:
            self.initial.setdefault("login", self.request.session.get(CONFIRMED, ""))


# Mails greet people by their name: somebody else's address must not get a link that way.
no_address = RegexValidator(r"[/@<>]|www\.", _("Only a name, without addresses."), inverse_match=True)
# Invitations name the organization: "R&D / IT" is a name, a link is not.
no_link = RegexValidator(r"://|www\.|[@<>]", _("Only a name, without addresses."), inverse_match=True)


def readable(name: str) -> None:
    """Refuse a name that nobody sees, and one that turns around the words behind it."""
    seen = any(unicodedata.category(character)[0] in "LNPS" for character in name)
    if not seen or not OVERRIDES.isdisjoint(name):
        raise ValidationError(_("A name that can be read, without hidden characters."))


class SignupForm(OwnWords, forms.SignupForm):
    name = CharField(
        label=_("Your name"),
        max_length=80,
        validators=[no_address, readable],
        widget=TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("Password")
        self.fields["password1"].help_text = _("At least 10 characters. A few words that belong together only for you.")


class ReauthenticateForm(OwnWords, forms.ReauthenticateForm):
    pass


class AddEmailForm(OwnWords, forms.AddEmailForm):
    pass


class ChangePasswordForm(OwnWords, forms.ChangePasswordForm):
    pass


class SetPasswordForm(OwnWords, forms.SetPasswordForm):
    pass


class ResetPasswordForm(OwnWords, forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(OwnWords, forms.ResetPasswordKeyForm):
    pass
