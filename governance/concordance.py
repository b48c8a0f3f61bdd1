"""Whether what proves agrees with what tells of it: versions, answers, receipts and nominations against the journal.

Everything is read as text, row by row: a value that somebody wrote by hand may be none that the models read.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, String, Text, cast, select

from exports import receipts
from exports.signed import Keys, Refused, canonical, read, verify_envelope
from governance import retold
from governance.as_text import Only, chain_of, flat, instant, keeps_seal, parsed, sealed_columns, within
from models.chains import BATCH, Fault
from models.charters.acceptance import Acceptance
from models.charters.charter import Charter, CharterVersion
from models.charters.words import Channel
from models.journal import GROUP_CHAIN, Entry, Verb
from models.notices.notice import NoticeVersion, PatientNotice
from models.policy.policy import Policy, PolicyVersion
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


class Frozen(NamedTuple):
    """A kind of text published in frozen versions: the table of its subject, its versions, what ties both; what it
    freezes beside its page, and whether a row is what its entry tells."""

    table: str
    version: Any
    subject: Any
    beside: tuple[Any, ...]
    holds: Callable[[Any, Any], bool]


def _page_holds(row: Row[Any], facts: Any) -> bool:
    kept = row.size, row.sha256, facts.get("digest"), facts.get("major")
    return (len(row.body), sha256(row.body), row.sha256, row.is_major) == kept


def _trace_holds(row: Row[Any], facts: Any) -> bool:
    told = facts.get("digest")
    return (sha256(row.body), sha256(canonical_state(parsed(row.content))), row.digest) == (row.sha256, told, told)


FROZEN = (
    *(
        Frozen(one.__tablename__, version, subject, (version.size, version.is_major), _page_holds)
        for one, version, subject in (
            (Charter, CharterVersion, CharterVersion.charter_id), (Policy, PolicyVersion, PolicyVersion.policy_id),
        )
    ),
    Frozen(
        PatientNotice.__tablename__, NoticeVersion, NoticeVersion.notice_id,
        (cast(NoticeVersion.content, Text).label("content"), NoticeVersion.digest), _trace_holds,
    ),
)  # fmt: skip


def verify(connection: Connection, keys: Keys, only: Only = None) -> Iterator[Fault]:
    """Every version and every answer that does not agree with the journal, in all chains or in those of `only`."""
    yield from _versions(connection, only)
    yield from _answers(connection, keys, only)
    yield from _untold(connection, only)
    yield from retold.verify(connection, only)


# Versions


def _versions(connection: Connection, only: Only) -> Iterator[Fault]:
    for published in FROZEN:
        yield from _versions_of(published, connection, only)


def _versions_of(published: Frozen, connection: Connection, only: Only) -> Iterator[Fault]:
    told = {}
    query = select(Entry.chain, Entry.seq, cast(Entry.subject_id, String), cast(Entry.detail, Text))
    about = Entry.verb == Verb.PUBLISHED, Entry.subject_type == published.table
    for chain, seq, subject, detail in connection.execute(query.where(*about, within(only))):
        facts = parsed(detail)
        told[flat(subject), facts.get("number")] = chain, seq, facts
    yield from _kept_versions(published, connection, told, only)
    for (_subject, number), (chain, seq, _facts) in told.items():
        yield Fault(chain, seq, TEXT_GONE % number)


def _kept_versions(published: Frozen, connection: Connection, told: dict[Any, Any], only: Only) -> Iterator[Fault]:
    """The faults of the versions that are there; takes what tells of them out of `told`."""
    version = published.version
    query = select(
        cast(published.subject, String).label("subject"), cast(version.establishment_id, String).label("place"),
        version.number, version.title, version.body, version.sha256, *published.beside,
        *sealed_columns(version, connection),
    )  # fmt: skip
    for row in connection.execute(query.execution_options(yield_per=20)):
        chain = chain_of(row.place)
        if only is not None and chain not in only:
            continue
        if (flat(row.subject), row.number) not in told:
            yield Fault("", 0, TEXT_UNTOLD % (row.number, row.title))
            continue
        where, seq, facts = told.pop((flat(row.subject), row.number))
        if chain != where or not published.holds(row, facts):
            yield Fault(where, seq, TEXT_EDITED % (str(row.number), row.title))
        elif not keeps_seal(version, row, facts):
            yield Fault(where, seq, ROW_EDITED % (str(row.number), row.title))


# Answers


def _answers(connection: Connection, keys: Keys, only: Only) -> Iterator[Fault]:
    """Each entry that tells of an answer, with the answer."""
    kept = Acceptance
    at: Any = kept.at if connection.dialect.name == "postgresql" else cast(kept.at, String)
    query = (
        select(
            Entry.chain, Entry.seq, Entry.digest, cast(Entry.verb, String).label("verb"),
            cast(Entry.detail, Text).label("detail"), at.label("at"), kept.number, kept.seq.label("place"),
            kept.person_name, kept.statement, kept.reason, kept.sha256, *sealed_columns(kept, connection),
            *(cast(column, Text).label(column.key) for column in (
                kept.establishment_id, kept.person_id, kept.version_id, kept.decision, kept.channel, kept.means,
                kept.receipt,
            )),
        )
        .outerjoin(kept, kept.id == Entry.subject_id)
        .where(Entry.verb.in_(TELLING), within(only))
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
    facts, charter, place = parsed(row.detail), receipt["charter"], receipt["journal"]
    return {
        N_("numéro"): (row.number, receipt["number"]),
        N_("établissement"): (chain_of(row.establishment_id), row.chain),
        N_("personne"): ((flat(row.person_id), row.person_name), _named(receipt["person"])),
        N_("version"): ((flat(row.version_id), row.sha256), (flat(charter["id"]), charter["sha256"])),
        N_("empreinte"): (row.sha256, facts.get("digest")),
        N_("réponse"): ((row.decision, row.decision), (receipt["decision"], ANSWERS[row.verb])),
        N_("voie"): (_channel(row.channel), facts.get("channel")),
        N_("moyens"): (parsed(row.means), receipt["auth"]["means"]),
        N_("instant"): (instant(row.at), receipt["at"]),
        N_("phrase"): (row.statement, receipt["statement"]["text"]),
        N_("motif"): (row.reason or "", receipt["reason"]),
        N_("place au journal"): (
            (row.chain, row.place, row.digest),
            (place["chain"], row.seq if place["seq"] == row.seq else None, place["digest"]),
        ),
        N_("recueil"): (keeps_seal(Acceptance, row, facts), True),
    }


def _named(person: Any) -> tuple[str, str]:
    return flat(person["id"]), person["name"]


def _channel(value: str) -> str:
    known = {channel.value: channel.label for channel in Channel}
    return known.get(value, value)


def _untold(connection: Connection, only: Only) -> Iterator[Fault]:
    """The answers of which no entry tells."""
    about = Entry.subject_type == Acceptance.__tablename__, Entry.subject_id == Acceptance.id, Entry.verb.in_(TELLING)
    query = select(Acceptance.number).where(~select(Entry.seq).where(*about).exists()).order_by(Acceptance.number)
    if only is not None:
        query = query.where(Acceptance.establishment_id.in_([uuid.UUID(one) for one in only if one != GROUP_CHAIN]))
    for number in connection.scalars(query):
        yield Fault("", 0, UNTOLD % number)
