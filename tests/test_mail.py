"""The mail: queued with its change, delivered once to a real server, put off or given up when that fails."""

import datetime as dt
import ipaddress
import socket
import ssl
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
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import mail
from models.accounts import User
from models.base import now
from models.outbox import Delivery, Message
from tests.cast import Stage

Write = Callable[[], AbstractContextManager[Session]]


class Mailbox:
    """What a mail server was given, and whom it refuses."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refusals: dict[str, str] = {}

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:  # noqa: N802 -- same
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


def test_a_server_that_is_down_is_tried_later_and_at_last_given_up(
    app: Flask, write: Write, db: Session, serve: Callable[..., Mailbox]
) -> None:
    serve(url=f"smtp://127.0.0.1:{free_port()}")
    put(write)
    with time_machine.travel(now(), tick=False) as clock:
        for tries in range(1, mail.MAX_TRIES):
            assert deliver(app) == (0, 1)
            message = one(db)
            assert (message.state, message.tries) == (Delivery.WAITING, tries)
            assert message.not_before is not None
            assert message.not_before - now() == dt.timedelta(minutes=2**tries)
            assert deliver(app) == (0, 0)
            clock.shift(dt.timedelta(minutes=2**tries))
        assert deliver(app) == (0, 1)
    assert one(db).state is Delivery.FAILED
    assert "refused" in (one(db).last_error or "")


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
        assert mail._take() is not None
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
