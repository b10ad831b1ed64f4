"""What leaves the house: written in the transaction that causes it, sent by a job, once.

A row is named by organization, recipient, kind and period: posting the same twice is the same as posting it once. A
sender claims rows by a conditional UPDATE that leaves a lease behind, so that of several senders one sends. What fails is
tried again, each time later; after ATTEMPTS it is given up, at error level in the logs.

The crash window: a sender that dies after the server has taken a mail and before that is written down leaves a lease
behind. When it has run out the mail is sent again, with the same Message-ID (a channel: the same idempotency key), by which
servers and programs know the second for the first. What nobody took is never lost.

    writing    post, post_many, withdraw
    sending    send one, send a batch over one connection
    claiming   whose turn it is, the lease, and how a try ended
    sweeping   every minute, whatever waits, fairly over organizations
    mail       the kind of sending that every mail uses; others register with `register_way` (orgs.channels)
    failures   what went wrong, in words
"""

from orgs.outbox.claiming import ATTEMPTS, LEASE
from orgs.outbox.failures import Failed, Undelivered, understood
from orgs.outbox.files import File, register_maker
from orgs.outbox.mail import key_of, message_id
from orgs.outbox.sending import register_way, send, send_in_background
from orgs.outbox.sweeping import KEPT, sweep
from orgs.outbox.writing import Mail, post, post_many, withdraw

__all__ = [
    "ATTEMPTS",
    "KEPT",
    "LEASE",
    "Failed",
    "File",
    "Mail",
    "Undelivered",
    "key_of",
    "message_id",
    "post",
    "post_many",
    "register_maker",
    "register_way",
    "send",
    "send_in_background",
    "sweep",
    "understood",
    "withdraw",
]
