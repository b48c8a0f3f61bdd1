"""Mail: written into the outbox with the change that it announces, delivered afterwards over SMTP."""

import datetime as dt
import smtplib
import ssl
import uuid
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from flask import current_app
from sqlalchemy import or_, select

from governance.config import Settings
from governance.database import aside, session
from models.base import now
from models.journal import Actor
from models.outbox import Delivery, Message
from models.rules import RuleBroken
from models.vocabulary import N_

MAX_TRIES = 8
LEASE = dt.timedelta(minutes=15)  # a message whose sender died is taken up again after that
TIMEOUT = 20.0  # seconds
POSTMAN = Actor(None, "courriel")

NO_SERVER = N_("Aucun serveur de courriel\u00a0: réglez SMTP_URL.")


class NoMailServer(RuleBroken):
    """SMTP_URL is not set, or is no smtp:// or smtps:// address."""

    def __init__(self) -> None:
        super().__init__("", NO_SERVER)


class Counts(NamedTuple):
    """How many messages were sent, and how many were not: put off until later, or given up."""

    sent: int
    failed: int


def link(endpoint: str, **values: Any) -> str:
    """The public address of a page. It comes from the settings, never from the Host that the browser named."""
    address: str = current_app.extensions["settings"].address
    return address + current_app.url_map.bind("").build(endpoint, values)


def queue(recipient: str, template: str, **values: Any) -> Message:
    """Write a message from a template whose first line is the subject; it leaves only if the transaction is kept."""
    text = current_app.jinja_env.get_template(template).render(link=link, **values)
    subject, _newline, body = text.partition("\n")
    message = Message(recipient=recipient, subject=" ".join(subject.split())[:200], body=body.strip() + "\n")
    session.add(message)
    return message


def deliver(limit: int = 100) -> Counts:
    """Send what is due, at most `limit` messages. Raises NoMailServer without a server's address.

    Each message is marked as being sent, and that is committed, before the server sees it: two postmen never take the
    same one, and one that dies half-way leaves it to be tried again after a quarter of an hour.
    """
    settings: Settings = current_app.extensions["settings"]
    address = urlsplit(settings.smtp_url)
    if address.scheme not in ("smtp", "smtps") or not address.hostname:
        raise NoMailServer
    outcomes: list[Delivery] = []
    while len(outcomes) < limit and (taken := _take()) is not None:
        outcomes.append(_send(settings, *taken))
    sent = outcomes.count(Delivery.SENT)
    return Counts(sent, len(outcomes) - sent)


def _take() -> tuple[uuid.UUID, tuple[str, str, str]] | None:
    """The next message due, marked as being sent: its identity, and (recipient, subject, body)."""
    at = now()
    abandoned = (Message.state == Delivery.SENDING) & (Message.not_before <= at)
    due = (Message.state == Delivery.WAITING) & or_(Message.not_before.is_(None), Message.not_before <= at)
    query = select(Message).where(due | abandoned).order_by(Message.created_at).limit(1)
    with aside(POSTMAN) as other:
        message = other.scalars(query.with_for_update(skip_locked=True)).one_or_none()
        if message is None:
            return None
        message.state, message.tries, message.not_before = Delivery.SENDING, message.tries + 1, at + LEASE
        return message.id, (message.recipient, message.subject, message.body)


def _send(settings: Settings, identity: uuid.UUID, message: tuple[str, str, str]) -> Delivery:
    try:
        letter = _letter(settings, *message)
        with _server(settings.smtp_url) as server:
            server.send_message(letter)
    except (OSError, smtplib.SMTPException, ValueError) as fault:
        return _note(identity, fault)
    return _note(identity, None)


def _letter(settings: Settings, recipient: str, subject: str, body: str) -> EmailMessage:
    """The message as it travels. Raises ValueError for a line break in a header: EmailMessage refuses it."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = settings.mail_from, recipient, subject
    letter["Date"], letter["Auto-Submitted"] = formatdate(localtime=False), "auto-generated"
    letter["Message-ID"] = make_msgid(domain=urlsplit(settings.address).hostname)
    letter.set_content(body)
    return letter


def _server(url: str) -> smtplib.SMTP:
    """A connection to the server: encrypted when it offers it, and always before a password is given."""
    address = urlsplit(url)
    host, safe = address.hostname or "", ssl.create_default_context()
    if address.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, address.port or 465, timeout=TIMEOUT, context=safe)
    else:
        server = smtplib.SMTP(host, address.port or 25, timeout=TIMEOUT)
    try:
        server.ehlo()
        if address.scheme == "smtp" and (address.username or server.has_extn("starttls")):
            server.starttls(context=safe)
            server.ehlo()
        if address.username:
            server.login(unquote(address.username), unquote(address.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _note(identity: uuid.UUID, fault: Exception | None) -> Delivery:
    """Write down how it ended. A message that left keeps no text: it may hold a link that opens an account."""
    with aside(POSTMAN) as other:
        message = other.get_one(Message, identity)
        if fault is None:
            message.state, message.sent_at, message.body, message.last_error = Delivery.SENT, now(), "", None
        else:
            _put_off(message, fault)
        return message.state


def _put_off(message: Message, fault: Exception) -> None:
    message.last_error = str(fault)[:1000]
    if isinstance(fault, ValueError) or _is_final(fault) or message.tries >= MAX_TRIES:
        message.state = Delivery.FAILED
    else:
        message.state = Delivery.WAITING
        message.not_before = now() + dt.timedelta(minutes=2**message.tries)


def _is_final(fault: Exception) -> bool:
    """Whether the server refused this message for good (5xx), so that trying again would only annoy it."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in fault.recipients.values())
    return isinstance(fault, smtplib.SMTPDataError | smtplib.SMTPSenderRefused) and fault.smtp_code >= 500
