"""The hospital's mail server, as far as the journeys need it: it takes what it is given and shows it."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.browser.house import free_port


class Mailbox:
    """The texts of the mails that came, by the address they went to: the latest of each."""

    def __init__(self) -> None:
        self.letters: dict[str, str] = {}

    async def handle_DATA(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        letter = message_from_bytes(envelope.original_content or b"", policy=default)
        body = letter.get_body(("plain",))
        assert body is not None
        self.letters[str(letter["To"])] = body.get_content()
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[tuple[str, Mailbox]]:
    """(its address as SMTP_URL, what it received), until the block ends."""
    mailbox, port = Mailbox(), free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}", mailbox
    finally:
        controller.stop()
