"""A real SMTP server on a port of its own that counts what it takes, and misbehaves on demand.

How it treats a mail follows from what the test says of the recipient (`office.treat`); everybody else's is taken.
"""

import asyncio
import threading
from collections import Counter, defaultdict
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from scripts import processes

TAKEN = "250 OK"
# What it may be told to do with a recipient's mails.
LATER, NEVER, CONTENT, DROP, SILENT = "later", "never", "content", "drop", "silent"
AT_RECIPIENT = {LATER: "450 4.2.1 Mailbox busy, try again", NEVER: "550 5.1.1 No such user here"}
AT_CONTENT = {CONTENT: "554 5.6.0 Message refused"}


class PostOffice:
    """`taken` counts by Message-ID what the server took, `boxes` has the ids by recipient, in the order they came."""

    def __init__(self) -> None:
        self.port = processes.free_port()
        self._lock = threading.Lock()
        self._controller: Controller | None = None
        self.forget()

    def forget(self) -> None:
        """As it was when it opened."""
        self.taken: Counter[str] = Counter()
        self.boxes: defaultdict[str, list[str]] = defaultdict(list)
        self.treatments: dict[str, str] = {}
        self.held = threading.Event()  # a sender waits for the answer to a mail that was taken
        self._holds_after: int | None = None

    # ── What a test says ──

    def treat(self, recipient: str, treatment: str) -> None:
        self.treatments[recipient] = treatment

    def hold_after(self, number: int) -> None:
        """Take so many mails and the next one too, but never answer that one: `held` tells when it has come."""
        self._holds_after = number

    def open(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=30)
        self._controller.start()

    def close(self) -> None:
        if self._controller is not None:
            self._controller.stop(no_assert=True)
            self._controller = None

    # ── What aiosmtpd asks ──

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        refusal = AT_RECIPIENT.get(self.treatments.get(address, ""))
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or TAKEN

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        [recipient] = envelope.rcpt_tos
        treatment = self.treatments.get(recipient, "")
        if treatment in AT_CONTENT:
            return AT_CONTENT[treatment]
        if treatment == SILENT:
            await self._until_the_sender_leaves(server)
            return TAKEN
        assert isinstance(envelope.content, bytes)
        name = str(message_from_bytes(envelope.content)["Message-ID"])
        with self._lock:
            hold = self._holds_after is not None and len(self.taken) >= self._holds_after
            self.taken[name] += 1
            self.boxes[recipient].append(name)
        if treatment == DROP:
            assert server.transport is not None
            server.transport.abort()
        if hold:
            self.held.set()
            await self._until_the_sender_leaves(server)
        return TAKEN

    async def _until_the_sender_leaves(self, server: SMTP) -> None:
        """aiosmtpd ends this call when the connection is lost."""
        while server.transport is not None and not server.transport.is_closing():
            await asyncio.sleep(0.05)
