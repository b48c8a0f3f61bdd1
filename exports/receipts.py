"""Receipts: what proves that a person accepted or refused a charter, as signed JSON and as a page to keep.

A receipt is checked without Vigie: `verify` needs the file and the public keys, nothing else.
"""

import datetime as dt
import hashlib
import io
import re
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import segno

from exports import pdf
from exports.signed import Fault, Keys, PublicKey, Refused, canonical, verify_envelope
from exports.signed import read as read_signed
from models.base import PARIS
from models.vocabulary import N_, Vocabulary

TYPE, VERSION = "receipt", 1
PDF_MAX = 8 * 1024 * 1024
ATTACHED = "recu.json"


class Decision(Vocabulary):
    ACCEPTED = "accepted", N_("l’a acceptée")
    REFUSED = "refused", N_("l’a refusée")


class Channel(Vocabulary):
    """How a person was reached, and by what she was known."""

    ACCOUNT = "account", N_("dans son compte")
    LINK = "link", N_("par un lien personnel")
    KIOSK = "kiosk", N_("sur une borne")
    PAPER = "paper", N_("sur papier")
    ON_BEHALF = "on_behalf", N_("par un tiers, devant témoin")


class Means(Vocabulary):
    """By what the person was authenticated; several may join."""

    PASSWORD = "password", N_("mot de passe")
    TOTP = "totp", N_("code à usage unique")
    RECOVERY_CODE = "recovery_code", N_("code de secours")
    LINK = "link", N_("lien personnel à usage unique")
    CODE = "code", N_("second code remis à part")
    STAFF_NUMBER = "staff_number", N_("matricule")
    IDENTITY_SEEN = "identity_seen", N_("identité constatée sur place")
    HANDWRITTEN = "handwritten", N_("signature manuscrite numérisée")
    SECOND_PERSON = "second_person", N_("contrôle par une seconde personne")
    WITNESS = "witness", N_("témoin")


@dataclass(frozen=True)
class CharterTold:
    """The very text: `sha256` and `size` are those of its published bytes."""

    id: uuid.UUID
    title: str
    version: str
    language: str
    sha256: str
    size: int


@dataclass(frozen=True)
class PersonTold:
    id: uuid.UUID
    name: str
    function: str
    employer: str
    establishment: str


@dataclass(frozen=True)
class Authentication:
    """`means`: values of Means, in the order given; `at`: when the person was authenticated."""

    channel: str
    means: Sequence[str]
    at: dt.datetime


@dataclass(frozen=True)
class Place:
    """Where the journal tells of it."""

    chain: str
    seq: int
    digest: str


@dataclass(frozen=True)
class Receipt:
    """What a receipt says. `statement`: the sentence agreed to, as the person read it; `reason`: that of a refusal."""

    number: str
    instance: uuid.UUID
    establishment: str
    charter: CharterTold
    statement: str
    person: PersonTold
    auth: Authentication
    decision: str
    at: dt.datetime
    journal: Place
    reason: str = ""


def document(receipt: Receipt) -> dict[str, Any]:
    """The receipt as it is signed: plain JSON values. Give it to `governance.signing.sign`."""
    told: dict[str, Any] = {"type": TYPE, "version": VERSION, **_plain(asdict(receipt))}
    told["statement"] = {"text": receipt.statement, "sha256": hashlib.sha256(receipt.statement.encode()).hexdigest()}
    return told


def _plain(value: Any) -> Any:
    match value:
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case uuid.UUID():
            return str(value)
        case dict():
            return {key: _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
    return str(value) if isinstance(value, Vocabulary) else value


def file(envelope: dict[str, Any]) -> bytes:
    """The signed receipt as its file; its SHA-256 is what the page prints."""
    return canonical(envelope)


def page(envelope: dict[str, Any], key: PublicKey, address: str) -> bytes:
    """The receipt as a PDF that holds the signed file. `key` signed it; `address`: where the keys are shown."""
    told, data = envelope["document"], file(envelope)
    digest = hashlib.sha256(data).hexdigest()
    drawn = io.BytesIO()
    segno.make(f"{told['number']} {digest}", error="m").save(drawn, kind="svg", border=0, dark="#0b3a47")
    shown = {
        **told,
        "title": N_("Reçu %s") % told["number"],
        "sentence": Decision(told["decision"]).label,
        "when": _moment(told["at"]),
        "channel": Channel(told["auth"]["channel"]).label,
        "means": ", ".join(Means(means).label for means in told["auth"]["means"]),
        "authenticated": _moment(told["auth"]["at"]),
        "digest": _grouped(digest),
        "charter_digest": _grouped(told["charter"]["sha256"]),
        "journal_digest": _grouped(told["journal"]["digest"]),
        "fingerprint": key.fingerprint,
        "address": address,
    }
    files = {ATTACHED: data.decode(), "code.svg": drawn.getvalue().decode()}
    at = dt.datetime.fromisoformat(told["at"]).replace(microsecond=0)
    return pdf.render(pdf.TEMPLATES / "journal" / "receipt.typ", shown, at, files)


def _grouped(digest: str) -> str:
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))


def _moment(text: str) -> str:
    there = dt.datetime.fromisoformat(text).astimezone(PARIS)
    return there.strftime("%d/%m/%Y à %H:%M:%S (heure de Paris)")


# Verification


@dataclass(frozen=True)
class Verdict:
    """What a check found: `fault` None when the receipt is good. `document` is None when it could not be trusted."""

    fault: Fault | None
    sentence: str
    document: dict[str, Any] | None = None

    @property
    def status(self) -> int:
        """For a command: 0 good, 1 altered or fabricated, 2 nothing can be said without the right key or file."""
        return {None: 0, Fault.UNKNOWN_KEY: 2, Fault.UNREADABLE: 2}.get(self.fault, 1)


def verify(data: bytes, keys: Keys) -> Verdict:
    """Check a receipt, its .json or the .pdf that holds it, with the public keys that one trusts."""
    try:
        envelope = read_signed(_attached(data) if data.startswith(b"%PDF-") else data)
        told = verify_envelope(envelope, TYPE, keys)
        _refuse_odd(told)
    except Refused as refused:
        named = N_(" Clé nommée par le reçu : %s.") % refused.kid if refused.fault is Fault.UNKNOWN_KEY else ""
        return Verdict(refused.fault, refused.fault.label + named)
    return Verdict(None, _summary(told), told)


def _refuse_odd(told: dict[str, Any]) -> None:
    """What a good key signed and yet is no receipt: parts missing, or a sentence that is not the one of its digest."""
    parts = {
        "number",
        "instance",
        "establishment",
        "charter",
        "statement",
        "person",
        "auth",
        "decision",
        "at",
        "journal",
    }
    whole = parts | {"reason", "type", "version", "kid"} == told.keys()
    if not whole or hashlib.sha256(told["statement"]["text"].encode()).hexdigest() != told["statement"]["sha256"]:
        raise Refused(Fault.INCOMPLETE, told["kid"])


def _summary(told: dict[str, Any]) -> str:
    charter = told["charter"]
    return N_(
        "Reçu authentique. Le %(when)s, %(name)s (%(function)s, %(establishment)s) a pris connaissance de "
        "« %(title)s », version %(version)s, et %(decision)s. Empreinte SHA-256 du texte : %(sha256)s. "
        "Reçu n° %(number)s, journal : chaîne %(chain)s, écriture %(seq)s. Signé par la clé %(kid)s."
    ) % {
        "when": _moment(told["at"]),
        "name": told["person"]["name"],
        "function": told["person"]["function"] or N_("fonction non renseignée"),
        "establishment": told["person"]["establishment"],
        "decision": Decision(told["decision"]).label,
        "title": charter["title"],
        "version": charter["version"],
        "sha256": charter["sha256"],
        "number": told["number"],
        "chain": told["journal"]["chain"],
        "seq": told["journal"]["seq"],
        "kid": told["kid"],
    }


_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def _attached(data: bytes) -> bytes:
    """The signed file that a PDF of ours holds. Raises Refused when there is none, or several."""
    found = {text for text in map(_inflated, _STREAM.findall(data[:PDF_MAX])) if text.startswith(b'{"document":{')}
    if len(found) != 1:
        raise Refused(Fault.UNREADABLE)
    return found.pop()


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream, PDF_MAX)
    except zlib.error:
        return stream
