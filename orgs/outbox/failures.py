"""Why a try failed: one reason of a short list, the server's own words, and whether trying again is of use."""

import smtplib
import ssl
from dataclasses import dataclass
from typing import Any

from orgs.models import OutboxMail

Failure = OutboxMail.Failure
_MOST = int(OutboxMail._meta.get_field("answer").max_length or 0)


@dataclass(frozen=True)
class Failed:
    reason: OutboxMail.Failure
    answer: str = ""
    is_final: bool = False


class Undelivered(Exception):
    """What a kind of sending raises that knows why. `answer` holds no secret: people read it, and so do the logs."""

    def __init__(self, reason: OutboxMail.Failure, answer: str = "", *, is_final: bool = False) -> None:
        super().__init__(f"{reason.value}: {answer}")
        self.failed = Failed(reason, _line(answer), is_final)


def understood(error: Exception) -> Failed:
    """What the error of a try means."""
    if isinstance(error, Undelivered):
        return error.failed
    if isinstance(error, smtplib.SMTPException):
        return _by_mail_server(error)
    if isinstance(error, TimeoutError):
        return Failed(Failure.TIMEOUT)
    if isinstance(error, ssl.SSLError):
        return Failed(Failure.TLS, _line(getattr(error, "verify_message", "") or error.reason or ""))
    if isinstance(error, ConnectionResetError | BrokenPipeError | ConnectionAbortedError):
        return Failed(Failure.BROKEN)
    if isinstance(error, OSError):
        return Failed(Failure.UNREACHABLE, _line(error.strerror or ""))
    return Failed(Failure.UNMADE, type(error).__name__)


def _by_mail_server(error: smtplib.SMTPException) -> Failed:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = list(error.recipients.values())
        code, text = answers[0] if answers else (0, b"")
        # Refused for good, all of them: trying again is of no use.
        is_final = bool(answers) and all(one >= 500 for one, _text in answers)
        return Failed(Failure.RECIPIENT if is_final else Failure.LATER, _said(code, text), is_final)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        # smtplib says so too where an answer did not come in time.
        return Failed(Failure.TIMEOUT if isinstance(error.__context__, TimeoutError) else Failure.BROKEN)
    if isinstance(error, smtplib.SMTPResponseException):
        answer = _said(error.smtp_code, error.smtp_error)
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return Failed(Failure.SIGN_IN, answer)
        if error.smtp_code < 500:
            return Failed(Failure.LATER, answer)
        if isinstance(error, smtplib.SMTPSenderRefused):
            return Failed(Failure.SENDER, answer)
        if isinstance(error, smtplib.SMTPDataError):
            return Failed(Failure.CONTENT, answer)
        return Failed(Failure.ANSWER, answer)
    return Failed(Failure.ANSWER, _line(str(error)))


def _said(code: int, text: Any) -> str:
    return _line(f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}")


def _line(text: str) -> str:
    """One line that fits the column, without what cannot be printed (or kept)."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(printable.split())[:_MOST]
