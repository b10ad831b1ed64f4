"""How django-allauth is made to fit: its messages in our words, and sign-up open or closed as SIGN_UP says."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

CONFIRMED = "confirmed_email"  # in the session: the address that was confirmed here last


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "duplicate_email": _("This address is yours already."),
        "email_password_mismatch": _("The address or the password is wrong."),
        "email_taken": _("Another account uses this address."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("The password is wrong."),
        "invalid_password_reset": _("This link no longer works. Ask for a new one."),
        "too_many_login_attempts": _("Too many tries. Wait five minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGN_UP == "open")

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """With the name, and the language that the person signs up in."""
        user.name, user.language = form.cleaned_data["name"], get_language()
        return super().save_user(request, user, form, commit)

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """Whoever has confirmed an address signs in with it next: the form remembers it."""
        if not self.request.user.is_authenticated:
            self.request.session[CONFIRMED] = email_address.email
        return super().get_email_verification_redirect_url(email_address)

    def format_email_subject(self, subject: str) -> str:
        return f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}"

    def get_user_display(self, user: Any) -> str:
        return str(user)
