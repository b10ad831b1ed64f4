"""django-allauth's forms in Polaris's words: the same labels everywhere, and none of them repeated inside its field."""

from typing import Any

from allauth.account import forms
from django.utils.translation import gettext_lazy as _

LABELS = {
    "login": _("E-mail"),
    "email": _("E-mail"),
    "password": _("Password"),
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": _("New password, again"),
}


class OwnWords:
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)


class LoginForm(OwnWords, forms.LoginForm):
    pass


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
