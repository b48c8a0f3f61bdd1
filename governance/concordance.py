"""Whether what proves agrees with what tells of it: versions, acceptances and receipts against the journal.

Everything is read as text, row by row: a value that somebody wrote by hand may be none that the models read.
"""

import datetime as dt
import json
import uuid
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from sqlalchemy import JSON, ColumnElement, Connection, Row, String, Text, cast, select, true

from exports import receipts
from exports.signed import Keys, Refused, canonical, read, verify_envelope
from models.base import Instant
from models.chains import BATCH, Fault
from models.charters.acceptance import Acceptance
from models.charters.charter import Charter, CharterVersion
from models.charters.words import Channel
from models.journal import GROUP_CHAIN, Entry, Verb
from models.policy.policy import Policy, PolicyVersion
from models.positions.description import JobDescription
from models.seals import Sealed, seal
from models.versions import Version
from models.versions import canonical as canonical_state
from models.vocabulary import N_
from models.wording import sha256

TELLING = (Verb.ACKNOWLEDGED, Verb.DECLINED)
ANSWERS = {Verb.ACKNOWLEDGED.value: "accepted", Verb.DECLINED.value: "refused"}

GONE = N_("la réponse que raconte cette écriture manque dans la base")
EDITED = N_("la réponse %s a été modifiée dans la base (%s)")
FORGED = N_("le reçu %s a été modifié ou fabriqué")
UNTOLD = N_("la réponse %s ne figure pas au journal : elle a été ajoutée à la main")
TEXT_GONE = N_("la version %s du texte, que cette écriture dit publiée, manque dans la base")
TEXT_EDITED = N_("la version %s de « %s » a été modifiée dans la base")
ROW_EDITED = N_("ce que la base dit de la version %s de « %s » a été modifié, sans que son texte le soit")
TEXT_UNTOLD = N_("la version %s de « %s » ne figure pas au journal : elle a été ajoutée à la main")

Only = Collection[str] | None


class Frozen(NamedTuple):
    """A kind of text published in frozen versions: the table of its subject, its versions, what ties both."""

    table: str
    version: Any
    subject: Any


FROZEN = (
    Frozen(Charter.__tablename__, CharterVersion, CharterVersion.charter_id),
    Frozen(Policy.__tablename__, PolicyVersion, PolicyVersion.policy_id),
)


def verify(connection: Connection, keys: Keys, only: Only = None) -> Iterator[Fault]:
    """Every version and every answer that does not agree with the journal, in all chains or in those of `only`."""
    yield from _versions(connection, only)
    yield from _descriptions(connection, only)
    yield from _answers(connection, keys, only)
    yield from _untold(connection, only)


def _within(only: Only) -> ColumnElement[bool]:
    return true() if only is None else Entry.chain.in_(only)


def _chain(establishment_id: str | None) -> str:
    """The chain of an establishment, as its identity is written in either database."""
    if establishment_id is None:
        return GROUP_CHAIN
    flat = establishment_id.replace("-", "")
    return "-".join((flat[:8], flat[8:12], flat[12:16], flat[16:20], flat[20:]))


def _flat(value: Any) -> str:
    return str(value or "").replace("-", "")


# Versions


def _versions(connection: Connection, only: Only) -> Iterator[Fault]:
    for published in FROZEN:
        yield from _versions_of(published, connection, only)


def _versions_of(published: Frozen, connection: Connection, only: Only) -> Iterator[Fault]:
    told = {}
    query = select(Entry.chain, Entry.seq, cast(Entry.subject_id, String), cast(Entry.detail, Text))
    about = Entry.verb == Verb.PUBLISHED, Entry.subject_type == published.table
    for chain, seq, subject, detail in connection.execute(query.where(*about, _within(only))):
        facts = _json(detail)
        told[_flat(subject), facts.get("number")] = chain, seq, facts
    yield from _kept_versions(published, connection, told, only)
    for (_subject, number), (chain, seq, _facts) in told.items():
        yield Fault(chain, seq, TEXT_GONE % number)


def _kept_versions(published: Frozen, connection: Connection, told: dict[Any, Any], only: Only) -> Iterator[Fault]:
    """The faults of the versions that are there; takes what tells of them out of `told`."""
    version = published.version
    query = select(
        cast(published.subject, String).label("subject"), cast(version.establishment_id, String).label("place"),
        version.number, version.title, version.body, version.size, version.sha256, version.is_major,
        *_sealed(version, connection),
    )  # fmt: skip
    for row in connection.execute(query.execution_options(yield_per=20)):
        chain = _chain(row.place)
        if only is not None and chain not in only:
            continue
        if (_flat(row.subject), row.number) not in told:
            yield Fault("", 0, TEXT_UNTOLD % (row.number, row.title))
            continue
        where, seq, facts = told.pop((_flat(row.subject), row.number))
        found = (chain, len(row.body), sha256(row.body), row.sha256, row.is_major)
        if found != (where, row.size, row.sha256, facts.get("digest"), facts.get("major")):
            yield Fault(where, seq, TEXT_EDITED % (str(row.number), row.title))
        elif not _keeps_seal(version, row, facts):
            yield Fault(where, seq, ROW_EDITED % (str(row.number), row.title))


def _descriptions(connection: Connection, only: Only) -> Iterator[Fault]:
    """The validations of job descriptions whose frozen version is gone, or no longer has the digest told."""
    kind = JobDescription.__tablename__
    columns = cast(Version.subject_id, String), Version.number, cast(Version.content, Text), Version.digest
    kept = {
        (_flat(subject), number): (_digest(content), digest)
        for subject, number, content, digest in connection.execute(select(*columns).where(Version.subject_type == kind))
    }
    query = select(
        Entry.chain, Entry.seq, cast(Entry.subject_id, String), Entry.subject_title, cast(Entry.detail, Text)
    )
    told = Entry.verb == Verb.VALIDATED, Entry.subject_type == kind
    for chain, seq, subject, title, detail in connection.execute(query.where(*told, _within(only))):
        facts = _json(detail)
        number = facts.get("number")
        found = kept.get((_flat(subject), number))
        if found is None:
            yield Fault(chain, seq, TEXT_GONE % number)
        elif found != (facts.get("digest"), facts.get("digest")):
            yield Fault(chain, seq, TEXT_EDITED % (number, title))


def _digest(content: str) -> str:
    """The digest of a frozen state, from what the database holds of it."""
    return sha256(canonical_state(_json(content)))


# Seals


def _sealed(model: type[Sealed], connection: Connection) -> list[ColumnElement[Any]]:
    """The sealed columns of a row as text; an instant as the driver gives it where that is surer."""
    columns = (getattr(model, name) for name in model.sealed)
    native = connection.dialect.name == "postgresql"
    return [
        (column if native and isinstance(column.type, Instant) else cast(column, Text)).label(f"sealed_{column.key}")
        for column in columns
    ]


def _keeps_seal(model: type[Sealed], row: Row[Any], facts: Any) -> bool:
    """Whether a row still says what its entry sealed; an entry without a seal holds nobody to anything."""
    found = {name: _value(getattr(model, name).type, getattr(row, f"sealed_{name}")) for name in model.sealed}
    return facts.get("row") in (None, seal(found))


def _value(kind: Any, value: Any) -> Any:
    if value is None or not isinstance(kind, JSON | Instant):
        return value
    return _instant(value) if isinstance(kind, Instant) else _json(value)


# Answers


def _answers(connection: Connection, keys: Keys, only: Only) -> Iterator[Fault]:
    """Each entry that tells of an answer, with the answer."""
    kept = Acceptance
    at: Any = kept.at if connection.dialect.name == "postgresql" else cast(kept.at, String)
    query = (
        select(
            Entry.chain, Entry.seq, Entry.digest, cast(Entry.verb, String).label("verb"),
            cast(Entry.detail, Text).label("detail"), at.label("at"), kept.number, kept.seq.label("place"),
            kept.person_name, kept.statement, kept.reason, kept.sha256, *_sealed(kept, connection),
            *(cast(column, Text).label(column.key) for column in (
                kept.establishment_id, kept.person_id, kept.version_id, kept.decision, kept.channel, kept.means,
                kept.receipt,
            )),
        )
        .outerjoin(kept, kept.id == Entry.subject_id)
        .where(Entry.verb.in_(TELLING), _within(only))
        .order_by(Entry.chain, Entry.seq)
    )  # fmt: skip
    for row in connection.execute(query.execution_options(yield_per=BATCH)):
        fault = _fault(row, keys)
        if fault:
            yield Fault(row.chain, row.seq, fault)


def _fault(row: Row[Any], keys: Keys) -> str | None:
    if row.number is None:
        return GONE
    try:
        receipt = verify_envelope(read(canonical(json.loads(row.receipt))), receipts.TYPE, keys)
    except (Refused, ValueError, TypeError):
        return FORGED % str(row.number)
    wrong = [label for label, (found, wanted) in _compared(row, receipt).items() if found != wanted]
    return EDITED % (str(row.number), ", ".join(wrong)) if wrong else None


def _compared(row: Row[Any], receipt: Any) -> dict[str, tuple[Any, Any]]:
    """What the row says and what it must say, by French name; the receipt is signed, the entry is chained."""
    facts, charter, place = _json(row.detail), receipt["charter"], receipt["journal"]
    return {
        N_("numéro"): (row.number, receipt["number"]),
        N_("établissement"): (_chain(row.establishment_id), row.chain),
        N_("personne"): ((_flat(row.person_id), row.person_name), _named(receipt["person"])),
        N_("version"): ((_flat(row.version_id), row.sha256), (_flat(charter["id"]), charter["sha256"])),
        N_("empreinte"): (row.sha256, facts.get("digest")),
        N_("réponse"): ((row.decision, row.decision), (receipt["decision"], ANSWERS[row.verb])),
        N_("voie"): (_channel(row.channel), facts.get("channel")),
        N_("moyens"): (_json(row.means), receipt["auth"]["means"]),
        N_("instant"): (_instant(row.at), receipt["at"]),
        N_("phrase"): (row.statement, receipt["statement"]["text"]),
        N_("motif"): (row.reason or "", receipt["reason"]),
        N_("place au journal"): (
            (row.chain, row.place, row.digest),
            (place["chain"], row.seq if place["seq"] == row.seq else None, place["digest"]),
        ),
        N_("recueil"): (_keeps_seal(Acceptance, row, facts), True),
    }


def _named(person: Any) -> tuple[str, str]:
    return _flat(person["id"]), person["name"]


def _channel(value: str) -> str:
    known = {channel.value: channel.label for channel in Channel}
    return known.get(value, value)


def _instant(value: Any) -> str:
    """As receipts write it."""
    try:
        at = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
    except ValueError:
        return str(value)
    aware = at if at.tzinfo else at.replace(tzinfo=dt.UTC)
    return aware.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json(text: str | None) -> Any:
    try:
        return json.loads(text or "{}")
    except ValueError:
        return {}


def _untold(connection: Connection, only: Only) -> Iterator[Fault]:
    """The answers of which no entry tells."""
    about = Entry.subject_type == Acceptance.__tablename__, Entry.subject_id == Acceptance.id, Entry.verb.in_(TELLING)
    query = select(Acceptance.number).where(~select(Entry.seq).where(*about).exists()).order_by(Acceptance.number)
    if only is not None:
        query = query.where(Acceptance.establishment_id.in_([uuid.UUID(one) for one in only if one != GROUP_CHAIN]))
    for number in connection.scalars(query):
        yield Fault("", 0, UNTOLD % number)
