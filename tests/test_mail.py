"""The mail: queued with its change, delivered once to a real server, put off or given up when that fails."""

import asyncio
import datetime as dt
import ipaddress
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from governance import mail
from models.accounts import User
from models.base import now
from models.outbox import Delivery, Enclosure, MailFault, Message
from tests.cast import Stage

Write = Callable[[], AbstractContextManager[Session]]


def hang_up(server: SMTP) -> None:
    """End the connection without a word, as a server that dies does."""
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


class Mailbox:
    """What a mail server was given, and whom it refuses."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refusals: dict[str, str] = {}
        self.connections = 0
        self.dies_after: int | None = None
        self.is_dead = False
        self.on_data: Callable[..., None] | None = None
        self.on_death: Callable[..., None] | None = None
        self.refused_sender: str | None = None

    async def handle_MAIL(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refused_sender:
            return self.refused_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_EHLO(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: Any, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        if self.is_dead:
            hang_up(server)
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:  # noqa: N802 -- same
        if self.dies_after is not None and len(self.letters) >= self.dies_after:
            hang_up(server)
            for told in (self.on_data, self.on_death):
                if told is not None:
                    told()
            return "421 gone"
        self.letters.append(message_from_bytes(envelope.content or b"", policy=default))  # type: ignore[arg-type]
        return "250 OK"

    @property
    def subjects(self) -> list[str]:
        return sorted(str(letter["Subject"]) for letter in self.letters)


@pytest.fixture
def serve(app: Flask) -> Iterator[Callable[..., Mailbox]]:
    """`serve()`: a mail server that the settings name; its options are aiosmtpd's."""
    settings, running = app.extensions["settings"], []

    def start(url: str = "smtp://127.0.0.1:{}", **options: Any) -> Mailbox:
        mailbox, port = Mailbox(), free_port()
        controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
        controller.start()
        running.append(controller)
        app.extensions["settings"] = replace(settings, smtp_url=url.format(port))
        return mailbox

    yield start
    for controller in running:
        controller.stop()
    app.extensions["settings"] = settings


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def put(write: Write, recipient: str = "dpo@ght.example", subject: str = "Essai", body: str = "Bonjour\n") -> None:
    """One message in the outbox."""
    with write() as session:
        session.add(Message(recipient=recipient, subject=subject, body=body))


def deliver(app: Flask, limit: int = 100) -> tuple[int, int]:
    with app.app_context():
        return tuple(mail.deliver(limit))  # type: ignore[return-value]


def one(db: Session) -> Message:
    db.expire_all()
    return db.scalars(select(Message)).one()


def test_a_template_becomes_a_message_with_its_subject(app: Flask, write: Write, stage: Stage, db: Session) -> None:
    with write() as session:
        user = session.get_one(User, stage.users["dpo"])
        mail.queue(user.email, "accounts/mail_password_changed.txt", user=user)
    message = one(db)
    assert message.subject == "Vigie : votre mot de passe a été changé"
    assert message.body.startswith("Bonjour Diane Petit,")
    assert "http://127.0.0.1:8000/mot-de-passe-oublie" in message.body


def test_what_is_undone_announces_nothing(app: Flask, write: Write, stage: Stage, db: Session) -> None:
    def announce_and_fail() -> None:
        with write() as session:
            user = session.get_one(User, stage.users["dpo"])
            mail.queue(user.email, "accounts/mail_password_changed.txt", user=user)
            session.flush()
            raise LookupError("after all, no")

    with pytest.raises(LookupError):
        announce_and_fail()
    assert db.scalars(select(Message)).all() == []


def test_a_message_arrives_whole_and_leaves_no_text_behind(
    app: Flask, write: Write, db: Session, serve: Callable[..., Mailbox]
) -> None:
    mailbox = serve()
    put(write, subject="Vigie : à l’été", body="Le lien : http://127.0.0.1:8000/invitation/abc\n")
    assert deliver(app) == (1, 0)
    letter = mailbox.letters[0]
    assert (letter["To"], letter["From"], letter["Subject"]) == (
        "dpo@ght.example",
        "vigie@localhost",
        "Vigie : à l’été",
    )
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "/invitation/abc" in letter.get_content()
    assert (one(db).state, one(db).body) == (Delivery.SENT, "")
    assert deliver(app) == (0, 0)


def test_a_message_is_known_as_the_same_when_it_is_sent_again(
    app: Flask, write: Write, db: Session, serve: Callable[..., Mailbox]
) -> None:
    mailbox = serve()
    put(write)
    assert deliver(app) == (1, 0)
    with write() as session:
        sent = session.scalars(select(Message)).one()
        sent.state, sent.body = Delivery.WAITING, "Bonjour\n"
    assert deliver(app) == (1, 0)
    assert [letter["Message-ID"] for letter in mailbox.letters] == [f"<{one(db).id}@127.0.0.1>"] * 2


def test_files_travel_with_their_message_and_are_kept_until_it_left(
    app: Flask, write: Write, db: Session, stage: Stage, serve: Callable[..., Mailbox]
) -> None:
    receipt = mail.File("recu.json", "application/json", b'{"document":{}}')
    page = mail.File("reçu n° 1.pdf", "application/pdf", b"%PDF-1.7 \x00\xff")
    with write() as session:
        user = session.get_one(User, stage.users["agent"])
        mail.queue(user.email, "accounts/mail_password_changed.txt", files=(receipt, page), user=user)
    assert len(db.scalars(select(Enclosure)).all()) == 2
    mailbox = serve()
    mailbox.refusals["agent@ght.example"] = "451 later"
    deliver(app)
    assert len(db.scalars(select(Enclosure)).all()) == 2
    mailbox.refusals.clear()
    with time_machine.travel(now() + dt.timedelta(minutes=3)):
        assert deliver(app) == (1, 0)
    found = {part.get_filename(): part.get_content() for part in mailbox.letters[0].iter_attachments()}
    assert found.keys() == {"recu.json", "reçu n° 1.pdf"}
    assert found["reçu n° 1.pdf"] == page.content
    assert db.scalars(select(Enclosure)).all() == []


def test_one_connection_carries_them_all(app: Flask, write: Write, serve: Callable[..., Mailbox]) -> None:
    mailbox = serve()
    for number in range(mail.BATCH + 10):
        put(write, subject=f"n° {number:03}")
    assert deliver(app) == (mail.BATCH + 10, 0)
    assert mailbox.connections == 1
    assert len(set(mailbox.subjects)) == mail.BATCH + 10


def test_a_server_that_dies_in_the_middle_gets_the_rest_later_and_nothing_twice(
    app: Flask, write: Write, db: Session, serve: Callable[..., Mailbox]
) -> None:
    mailbox = serve()
    mailbox.dies_after = 3
    for number in range(10):
        put(write, subject=f"n° {number}")

    def die(*_: Any) -> None:
        mailbox.is_dead = len(mailbox.letters) >= 3

    mailbox.on_data = die
    assert deliver(app) == (3, 7)
    states = Counter(db.scalars(select(Message.state)).all())
    assert states == {Delivery.SENT: 3, Delivery.WAITING: 7}
    assert set(db.scalars(select(Message.fault).where(Message.state == Delivery.WAITING))) == {MailFault.SERVER_DOWN}
    mailbox.dies_after, mailbox.is_dead = None, False
    mailbox.on_data = None
    assert deliver(app) == (6, 0), "the one that was in doubt waits two minutes more"
    with time_machine.travel(now() + dt.timedelta(minutes=3)):
        assert deliver(app) == (1, 0)
    assert mailbox.subjects == [f"n° {number}" for number in range(10)]


def test_a_server_that_ends_each_connection_early_still_gets_everything(
    app: Flask, write: Write, serve: Callable[..., Mailbox]
) -> None:
    mailbox = serve()
    mailbox.dies_after = 4
    for number in range(8):
        put(write, subject=f"n° {number}")

    def bear_again(*_: Any) -> None:
        mailbox.dies_after = None

    mailbox.on_death = bear_again
    assert deliver(app) == (7, 1)
    with time_machine.travel(now() + dt.timedelta(minutes=3)):
        assert deliver(app) == (1, 0)
    assert mailbox.subjects == [f"n° {number}" for number in range(8)]


def test_a_sender_that_the_server_refuses_fails_no_message(
    app: Flask, write: Write, db: Session, serve: Callable[..., Mailbox]
) -> None:
    mailbox = serve()
    mailbox.refused_sender = "550 not from here"
    put(write)
    put(write)
    assert deliver(app) == (0, 2)
    assert set(db.execute(select(Message.state, Message.fault)).all()) == {(Delivery.WAITING, MailFault.SENDER_REFUSED)}


def test_twenty_thousand_messages_are_queued_in_bulk(app: Flask, write: Write, db: Session, stage: Stage) -> None:
    letters = (
        mail.Letter(f"p{number}@ght.example", "Charte", "Bonjour\n", stage.establishments["CHA"])
        for number in range(20_000)
    )
    queries = []
    with write() as session:
        event.listen(session.connection(), "before_cursor_execute", lambda *_: queries.append(1))
        assert mail.queue_many(letters) == 20_000
    assert len(queries) <= 200
    assert db.scalar(select(func.count()).select_from(Message)) == 20_000
    assert db.scalar(select(func.count(Message.recipient.distinct()))) == 20_000


def test_many_messages_announce_nothing_when_the_campaign_is_undone(write: Write, db: Session) -> None:
    def queue_then_fail() -> None:
        with write():
            file = mail.File("a.txt", "text/plain", b"a")
            mail.queue_many([mail.Letter("a@b.example", "A", "a\n", files=(file,))] * 2)
            raise LookupError

    with pytest.raises(LookupError):
        queue_then_fail()
    assert db.scalars(select(Message)).all() == []
    assert db.scalars(select(Enclosure)).all() == []


def test_one_delivery_sends_no_more_than_asked(app: Flask, write: Write, serve: Callable[..., Mailbox]) -> None:
    serve()
    for number in range(3):
        put(write, subject=f"n° {number}")
    assert deliver(app, 2) == (2, 0)
    assert deliver(app, 2) == (1, 0)


def test_without_a_server_nothing_is_tried(app: Flask, write: Write, db: Session) -> None:
    put(write)
    with pytest.raises(mail.NoMailServer, match="SMTP_URL"):
        deliver(app)
    assert one(db).state is Delivery.WAITING


def test_a_server_that_is_down_delays_and_loses_nothing(
    app: Flask, write: Write, db: Session, serve: Callable[..., Mailbox]
) -> None:
    serve(url=f"smtp://127.0.0.1:{free_port()}")
    for number in range(3):
        put(write, subject=f"n° {number}")
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(20):
            assert deliver(app) == (0, 3)
            clock.shift(dt.timedelta(days=1))
        held = db.scalars(select(Message)).all()
        assert {(one.state, one.tries, one.fault) for one in held} == {(Delivery.WAITING, 0, MailFault.SERVER_DOWN)}
        assert "refused" in (held[0].last_error or "")
        mailbox = serve()
        assert deliver(app) == (3, 0)
    assert mailbox.subjects == ["n° 0", "n° 1", "n° 2"]


def test_a_message_that_the_server_puts_off_is_tried_less_and_less_then_given_up(
    app: Flask, write: Write, db: Session, serve: Callable[..., Mailbox]
) -> None:
    serve().refusals["dpo@ght.example"] = "451 later"
    put(write)
    waited = []
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(1, mail.MAX_TRIES):
            assert deliver(app) == (0, 1)
            message = one(db)
            assert (message.state, message.fault) == (Delivery.WAITING, MailFault.NOT_NOW)
            assert message.not_before is not None
            waited.append(message.not_before - now())
            assert deliver(app) == (0, 0)
            clock.shift(waited[-1])
        assert deliver(app) == (0, 1)
    assert (one(db).state, one(db).body) == (Delivery.FAILED, "Bonjour\n")
    assert waited == sorted(waited)
    assert (waited[0], waited[-1]) == (dt.timedelta(minutes=2), mail.PATIENCE)


def test_a_message_put_off_leaves_when_the_server_is_back(
    app: Flask, write: Write, db: Session, serve: Callable[..., Mailbox]
) -> None:
    mailbox = serve()
    mailbox.refusals["dpo@ght.example"] = "451 later"
    put(write)
    assert deliver(app) == (0, 1)
    mailbox.refusals.clear()
    with time_machine.travel(now() + dt.timedelta(minutes=3)):
        assert deliver(app) == (1, 0)
    assert one(db).last_error is None


def test_a_recipient_refused_for_good_does_not_hold_up_the_others(
    app: Flask, write: Write, db: Session, serve: Callable[..., Mailbox]
) -> None:
    mailbox = serve()
    mailbox.refusals["parti@ght.example"] = "550 no such person"
    put(write, "parti@ght.example")
    put(write, "dpo@ght.example")
    assert deliver(app) == (1, 1)
    states = dict(db.execute(select(Message.recipient, Message.state)).all())
    assert states == {"parti@ght.example": Delivery.FAILED, "dpo@ght.example": Delivery.SENT}


@pytest.mark.parametrize("field", ["recipient", "subject"])
def test_no_header_is_smuggled_in_by_a_line_break(
    app: Flask, write: Write, db: Session, serve: Callable[..., Mailbox], field: str
) -> None:
    mailbox = serve()
    put(write, **{field: "a@b.example\r\nBcc: x@evil.example"})
    assert deliver(app) == (0, 1)
    assert one(db).state is Delivery.FAILED
    assert mailbox.letters == []


def test_a_message_whose_postman_died_is_taken_up_after_a_quarter_of_an_hour(
    app: Flask, write: Write, db: Session, serve: Callable[..., Mailbox]
) -> None:
    mailbox = serve()
    put(write)
    with app.app_context():
        assert len(mail._take()) == 1
    assert deliver(app) == (0, 0)
    with time_machine.travel(now() + mail.LEASE + dt.timedelta(seconds=1)):
        assert deliver(app) == (1, 0)
    assert len(mailbox.letters) == 1


def test_two_postmen_at_once_send_each_message_once(app: Flask, write: Write, serve: Callable[..., Mailbox]) -> None:
    mailbox = serve()
    for number in range(12):
        put(write, subject=f"n° {number:02}")
    with ThreadPoolExecutor(3) as postmen:
        counts = list(postmen.map(lambda _: deliver(app), range(3)))
    assert sum(sent for sent, _failed in counts) == 12
    assert mailbox.subjects == [f"n° {number:02}" for number in range(12)]


# Encrypted


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """(certificate, key) of a server at 127.0.0.1 that nobody knows."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now() - dt.timedelta(days=1))
        .not_valid_after(now() + dt.timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (tmp_path / "key.pem").write_bytes(pem)
    return tmp_path / "cert.pem", tmp_path / "key.pem"


def server_side(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


class Porter:
    """Remembers the passwords it was given, and lets everyone in."""

    def __init__(self) -> None:
        self.given: list[Any] = []

    def __call__(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.given.append((data.login, data.password))
        return AuthResult(success=True)


def test_a_password_travels_only_encrypted(
    app: Flask,
    write: Write,
    db: Session,
    serve: Callable[..., Mailbox],
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    porter, url = Porter(), "smtp://vigie:s%40cret@127.0.0.1:{}"
    put(write)
    serve(url, authenticator=porter, auth_require_tls=False)
    assert deliver(app) == (0, 1)
    assert porter.given == []
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    mailbox = serve(url, authenticator=porter, tls_context=server_side(certificate))
    with time_machine.travel(now() + dt.timedelta(minutes=3)):
        assert deliver(app) == (1, 0)
    assert porter.given == [(b"vigie", b"s@cret")]
    assert len(mailbox.letters) == 1


def test_a_server_with_an_unknown_certificate_gets_nothing(
    app: Flask, write: Write, db: Session, serve: Callable[..., Mailbox], certificate: tuple[Path, Path]
) -> None:
    mailbox = serve(tls_context=server_side(certificate))
    put(write)
    assert deliver(app) == (0, 1)
    assert mailbox.letters == []
    assert "certificate" in (one(db).last_error or "")


def test_a_server_encrypted_from_the_first_byte_is_served_too(
    app: Flask,
    write: Write,
    serve: Callable[..., Mailbox],
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    mailbox = serve("smtps://127.0.0.1:{}", ssl_context=server_side(certificate))
    put(write)
    assert deliver(app) == (1, 0)
    assert len(mailbox.letters) == 1
