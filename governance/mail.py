"""Mail: written into the outbox with the change that it announces, delivered afterwards over SMTP."""

import datetime as dt
import smtplib
import ssl
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from itertools import islice
from types import TracebackType
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from flask import current_app
from sqlalchemy import delete, insert, or_, select, update

from governance.config import Settings
from governance.database import aside, session
from models.base import now
from models.journal import Actor
from models.outbox import Delivery, Enclosure, MailFault, Message
from models.rules import RuleBroken
from models.vocabulary import N_

MAX_TRIES = 12
PATIENCE = dt.timedelta(hours=4)  # the longest between two tries: with MAX_TRIES, a refused message is tried for a day
LEASE = dt.timedelta(minutes=15)  # a message whose sender died is taken up again after that
TIMEOUT = 20.0  # seconds
BATCH = 50
CHUNK = 1000
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


@dataclass(frozen=True)
class File:
    """What travels with a message."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """A message to queue. `place` is the establishment whose administrators see it; None: the whole group's."""

    recipient: str
    subject: str
    body: str
    place: uuid.UUID | None = None
    files: Sequence[File] = ()


def link(endpoint: str, **values: Any) -> str:
    """The public address of a page. It comes from the settings, never from the Host that the browser named."""
    address: str = current_app.extensions["settings"].address
    return address + current_app.url_map.bind("").build(endpoint, values)


def write(template: str, **values: Any) -> tuple[str, str]:
    """(subject, body) from a template whose first line is the subject."""
    text = current_app.jinja_env.get_template(template).render(link=link, **values)
    subject, _newline, body = text.partition("\n")
    return " ".join(subject.split())[:200], body.strip() + "\n"


def queue(
    recipient: str, template: str, *, place: uuid.UUID | None = None, files: Sequence[File] = (), **values: Any
) -> Message:
    """Put a message in the outbox; it leaves only if the transaction is kept."""
    subject, body = write(template, **values)
    message = Message(recipient=recipient, subject=subject, body=body, establishment_id=place)
    message.enclosures = [Enclosure(name=file.name, media_type=file.media_type, content=file.content) for file in files]
    session.add(message)
    return message


def queue_many(letters: Iterable[Letter]) -> int:
    """Put many messages in the outbox, a thousand at a time; gives how many. They leave only if all this is kept."""
    count, waiting = 0, iter(letters)
    while chunk := list(islice(waiting, CHUNK)):
        named = [(uuid.uuid4(), letter) for letter in chunk]
        session.execute(insert(Message), [_row(identity, letter) for identity, letter in named])
        files = [
            {"message_id": identity, "name": file.name, "media_type": file.media_type, "content": file.content}
            for identity, letter in named
            for file in letter.files
        ]
        if files:
            session.execute(insert(Enclosure), files)
        count += len(chunk)
    return count


def _row(identity: uuid.UUID, letter: Letter) -> dict[str, Any]:
    return {
        "id": identity,
        "recipient": letter.recipient,
        "subject": letter.subject,
        "body": letter.body,
        "establishment_id": letter.place,
    }


def deliver(limit: int = 5000) -> Counts:
    """Send what is due, at most `limit` messages, over one connection. Raises NoMailServer without a server's address.

    Each message is marked as being sent, and that is committed, before the server sees it: two postmen never take the
    same one. That it left is committed before the next leaves: a postman that dies half-way leaves at most one message
    in doubt, which is tried again under the same Message-ID. A server that fails keeps the others waiting, whole.
    """
    settings: Settings = current_app.extensions["settings"]
    address = urlsplit(settings.smtp_url)
    if address.scheme not in ("smtp", "smtps") or not address.hostname:
        raise NoMailServer
    outcomes: list[bool] = []
    with _Line(settings) as line:
        while not line.down and len(outcomes) < limit and (taken := _take(min(BATCH, limit - len(outcomes)))):
            outcomes += _send_all(line, taken)
    return Counts(outcomes.count(True), outcomes.count(False))


class _Taken(NamedTuple):
    """A message marked as being sent, as it will travel."""

    id: uuid.UUID
    recipient: str
    subject: str
    body: str
    files: list[tuple[str, str, bytes]]
    until: dt.datetime


def _take(count: int = 1) -> list[_Taken]:
    """The next messages due, marked as being sent."""
    at = now()
    abandoned = (Message.state == Delivery.SENDING) & (Message.not_before <= at)
    due = (Message.state == Delivery.WAITING) & or_(Message.not_before.is_(None), Message.not_before <= at)
    query = select(Message).where(due | abandoned).order_by(Message.created_at).limit(count)
    with aside(POSTMAN) as other:
        messages = other.scalars(query.with_for_update(skip_locked=True)).all()
        files = _files(other, [message.id for message in messages])
        for message in messages:
            message.state, message.not_before = Delivery.SENDING, at + LEASE
        return [
            _Taken(one.id, one.recipient, one.subject, one.body, files.get(one.id, []), at + LEASE / 2)
            for one in messages
        ]


def _files(other: Any, messages: list[uuid.UUID]) -> dict[uuid.UUID, list[tuple[str, str, bytes]]]:
    found: dict[uuid.UUID, list[tuple[str, str, bytes]]] = {}
    held = select(Enclosure).where(Enclosure.message_id.in_(messages)).order_by(Enclosure.name) if messages else None
    for one in other.scalars(held) if held is not None else ():
        found.setdefault(one.message_id, []).append((one.name, one.media_type, one.content))
    return found


def _send_all(line: "_Line", taken: list[_Taken]) -> Iterator[bool]:
    """Send one after the other; gives whether each left. What the server did not see goes back to waiting."""
    for place, message in enumerate(taken):
        if now() >= message.until:
            return _release(taken[place:], None)
        fault = line.send(message)
        seen = line.handed or not line.down
        if seen:
            _note(message.id, fault)
            yield fault is None
        if line.down:
            rest = taken[place + seen :]
            yield from [False] * len(rest)
            return _release(rest, line.down)
    return None


class _Line:
    """The connection to the mail server, opened when the first message leaves."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.server: smtplib.SMTP | None = None
        self.served = 0
        self.handed = False
        self.down: Exception | None = None

    def __enter__(self) -> "_Line":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._close()

    def send(self, message: _Taken) -> Exception | None:
        """Hand a message over; gives what went wrong. `handed`: the server saw it; `down`: it serves nobody for now."""
        self.handed = False
        try:
            letter = _letter(self.settings, message)
            self.server = self.server or _server(self.settings.smtp_url)
            self.handed = True
            self.server.send_message(letter)
        except (OSError, smtplib.SMTPException, ValueError) as fault:
            self._judge(fault)
            return fault
        self.served += 1
        return None

    def _judge(self, fault: Exception) -> None:
        """A connection that served may be opened anew, for some servers bound what one carries; once it serves none,
        the server is down.
        """
        reason, served = reason_of(fault), self.served
        if reason in (MailFault.SERVER_DOWN, MailFault.SENDER_REFUSED):
            self._close()
            if not served or reason is MailFault.SENDER_REFUSED:
                self.down = fault

    def _close(self) -> None:
        if self.server is not None:
            try:
                self.server.quit()
            except (OSError, smtplib.SMTPException):
                self.server.close()
        self.server, self.served = None, 0


def _letter(settings: Settings, message: _Taken) -> EmailMessage:
    """The message as it travels. Raises ValueError for a line break in a header: EmailMessage refuses it."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = settings.mail_from, message.recipient, message.subject
    letter["Date"], letter["Auto-Submitted"] = formatdate(localtime=False), "auto-generated"
    letter["Message-ID"] = f"<{message.id}@{urlsplit(settings.address).hostname}>"
    letter.set_content(message.body)
    for name, media_type, content in message.files:
        kind, _slash, subtype = media_type.partition("/")
        letter.add_attachment(content, maintype=kind, subtype=subtype or "octet-stream", filename=name)
    return letter


def _server(url: str) -> smtplib.SMTP:
    """A connection to the server: encrypted when it offers it, and always before a password is given.

    Raises ConnectionError, whatever the server did not do.
    """
    try:
        return _connected(url)
    except (OSError, smtplib.SMTPException) as fault:
        raise ConnectionError(str(fault)) from fault


def _connected(url: str) -> smtplib.SMTP:
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


def _note(identity: uuid.UUID, fault: Exception | None) -> None:
    """Write down how it ended. A message that left keeps no text nor file: it may hold a link that opens an account."""
    with aside(POSTMAN) as other:
        message = other.get_one(Message, identity)
        message.tries += 1
        if fault is None:
            message.state, message.sent_at, message.body = Delivery.SENT, now(), ""
            message.last_error = message.fault = message.not_before = None
            other.execute(delete(Enclosure).where(Enclosure.message_id == identity))
        else:
            _put_off(message, fault)


def _put_off(message: Message, fault: Exception) -> None:
    message.last_error, message.fault = str(fault)[:1000], reason_of(fault)
    if message.fault in _FINAL or (message.fault is MailFault.NOT_NOW and message.tries >= MAX_TRIES):
        message.state, message.not_before = Delivery.FAILED, None
    else:
        message.state = Delivery.WAITING
        message.not_before = now() + min(dt.timedelta(minutes=2 ** min(message.tries, 10)), PATIENCE)


def _release(messages: Sequence[_Taken], down: Exception | None) -> None:
    """Put back what was taken and not tried: it waits for the next round, and shows why when the server is down."""
    told: dict[str, Any] = {"fault": reason_of(down), "last_error": str(down)[:1000]} if down else {}
    waiting = {"state": Delivery.WAITING, "not_before": None, **told}
    with aside(POSTMAN) as other:
        other.execute(update(Message).where(Message.id.in_([one.id for one in messages])).values(waiting))


_FINAL = frozenset({MailFault.ADDRESS_REFUSED, MailFault.CONTENT_REFUSED, MailFault.NOT_WRITABLE})
"""What trying again would not change."""


def reason_of(fault: Exception) -> MailFault:
    """What a failure means for who looks after the mail: 4xx asks to wait, 5xx refuses, 421 ends the service."""
    match fault:
        case smtplib.SMTPRecipientsRefused():
            codes = [code for code, _text in fault.recipients.values()]
            return _by_code(max(codes, default=0), MailFault.ADDRESS_REFUSED)
        case smtplib.SMTPSenderRefused():
            return _by_code(fault.smtp_code, MailFault.SENDER_REFUSED)
        case smtplib.SMTPDataError():
            return _by_code(fault.smtp_code, MailFault.CONTENT_REFUSED)
        case ValueError() | smtplib.SMTPNotSupportedError():
            return MailFault.NOT_WRITABLE
    return MailFault.SERVER_DOWN


def _by_code(code: int, final: MailFault) -> MailFault:
    if code == 421:  # RFC 5321: the service closes the channel
        return MailFault.SERVER_DOWN
    return final if code >= 500 else MailFault.NOT_NOW
