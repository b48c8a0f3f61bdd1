"""The journal: who did what, when, from what to what, written by itself with each change and chained by hashes.

Every `Journaled` class is followed: its changes become one Entry per record and per transaction, in that transaction.
Facts that are no change of a column (an export, a sign-in) are told with `tell`. Entries of one establishment form one
chain: each carries the digest of the one before it, and triggers refuse to change or remove them.
"""

import datetime as dt
import hashlib
import json
import uuid
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, ClassVar, NamedTuple, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    bindparam,
    event,
    func,
    insert,
    inspect,
    literal,
    select,
)
from sqlalchemy.orm import Mapped, Mapper, ORMExecuteState, Session, UOWTransaction, mapped_column, object_session

from models.base import At, Base, Short, now
from models.bulk import insert_rows
from models.vocabulary import N_, Vocabulary, vocabulary

GROUP_CHAIN = "group"
HASH_PREFIX = b"vigie-journal-v1\0"


class Verb(Vocabulary):
    """What happened; `DETAILS` says which facts must come with it."""

    CREATED = "created", N_("a créé")
    CHANGED = "changed", N_("a modifié")
    REMOVED = "removed", N_("a supprimé")
    PUBLISHED = "published", N_("a publié")
    VALIDATED = "validated", N_("a validé")
    CONFIRMED = "confirmed", N_("a confirmé l’exactitude de")
    CONFIRMATION_ASKED = "confirmation_asked", N_("a demandé la confirmation de")
    EXPORTED = "exported", N_("a exporté")
    IMPORTED = "imported", N_("a importé")
    IMPORT_UNDONE = "import_undone", N_("a annulé l’import de")
    MERGED = "merged", N_("a fusionné une autre fiche avec")
    INVITED = "invited", N_("a invité")
    SIGNED_IN = "signed_in", N_("s’est connecté")
    SIGNED_OUT = "signed_out", N_("s’est déconnecté")
    SESSION_REVOKED = "session_revoked", N_("a fermé une session de")
    FACTOR_RESET = "factor_reset", N_("a réinitialisé le second facteur de")
    PASSWORD_ERASED = "password_erased", N_("a effacé le mot de passe de")
    FACTOR_ENROLLED = "factor_enrolled", N_("a enregistré son second facteur")
    RECOVERY_CODE_USED = "recovery_code_used", N_("a utilisé un code de secours")
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed", N_("a renouvelé ses codes de secours")
    PASSWORD_CHANGED = "password_changed", N_("a changé son mot de passe")
    PASSWORD_RESET_ASKED = "password_reset_asked", N_("a demandé un nouveau mot de passe")
    ACCESS_REFUSED = "access_refused", N_("s’est vu refuser l’accès à")
    KEYS_ROTATED = "keys_rotated", N_("a renouvelé les clés")
    SIGNING_KEY_MADE = "signing_key_made", N_("a renouvelé la clé de signature de")
    ACKNOWLEDGED = "acknowledged", N_("a pris connaissance de")
    DECLINED = "declined", N_("ne souhaite pas confirmer")
    LAUNCHED = "launched", N_("a lancé")
    RELISTED = "relisted", N_("a mis à jour la liste de")
    PLANTED = "planted", N_("a mis en place")
    BACKED_UP = "backed_up", N_("a sauvegardé")
    ESCALATED = "escalated", N_("a signalé plus haut le retard de")


DETAILS: dict[Verb, frozenset[str]] = {
    Verb.PUBLISHED: frozenset({"number", "digest", "major"}),
    Verb.VALIDATED: frozenset({"number", "digest"}),
    Verb.EXPORTED: frozenset({"format", "rows", "digest", "public"}),
    Verb.IMPORTED: frozenset({"filename", "digest", "created", "changed", "unchanged"}),
    Verb.IMPORT_UNDONE: frozenset({"filename", "removed", "restored"}),
    Verb.MERGED: frozenset({"other", "moved"}),
    Verb.SIGNED_IN: frozenset({"method"}),
    Verb.FACTOR_RESET: frozenset({"reason"}),
    Verb.PASSWORD_ERASED: frozenset({"reason"}),
    Verb.ACCESS_REFUSED: frozenset({"path"}),
    Verb.KEYS_ROTATED: frozenset({"key", "resealed"}),
    Verb.SIGNING_KEY_MADE: frozenset({"key", "previous"}),
    Verb.ACKNOWLEDGED: frozenset({"version", "digest", "channel"}),
    Verb.DECLINED: frozenset({"version", "digest", "channel"}),
    Verb.LAUNCHED: frozenset({"people"}),
    Verb.RELISTED: frozenset({"joined", "left"}),
    Verb.PLANTED: frozenset({"what"}),
    Verb.ESCALATED: frozenset({"days", "to"}),
}


class Entry(Base):
    """One line of the journal. Never changed, never removed: three triggers see to it on both databases."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        Index("ix_journal_entry_subject", "subject_type", "subject_id"),
        Index("ix_journal_entry_at", "at"),
    )

    chain: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[At]
    actor_id: Mapped[uuid.UUID | None]
    actor_name: Mapped[Short]
    verb: Mapped[Verb] = mapped_column(vocabulary(Verb))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[uuid.UUID | None]
    subject_title: Mapped[str] = mapped_column(Text)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))

    @classmethod
    def about(cls, subject: Any) -> Select["Entry"]:
        """The entries of one record, latest first."""
        return (
            select(cls)
            .where(cls.subject_type == subject.__tablename__, cls.subject_id == subject.id)
            .order_by(cls.at.desc(), cls.seq.desc())
        )


class Journaled:
    """A mapped class whose changes the journal tells. A part names the record it belongs to."""

    __tablename__: str
    journal_name: ClassVar[str]
    id: Mapped[uuid.UUID]

    def journal_subject(self) -> "Journaled":
        return self

    def journal_owner(self, relation: str) -> "Journaled":
        """The record that a part belongs to through `relation`, or did before it was taken out of it just now."""
        owner = getattr(self, relation)
        if owner is None and (taken_out := inspect(self).attrs[relation].history.deleted):
            owner = taken_out[0]
        if owner is None:
            link = inspect(type(self)).relationships[relation]
            (key,) = link.local_columns
            owner = object_session(self).get(link.mapper.class_, getattr(self, key.key))  # type: ignore[union-attr]
        return owner  # type: ignore[no-any-return]

    def journal_title(self) -> str:
        """How a person names this record."""
        raise NotImplementedError(type(self).__name__)

    @property
    def is_withheld(self) -> bool:
        """Whether the journal, which others read, tells only that this record and its parts changed, and not how."""
        return False

    @property
    def is_frozen(self) -> bool:
        """Whether a validation froze it: it is neither changed nor taken back any more."""
        return False

    def journal_part(self) -> str:
        """Under what name its changes are told when it is a part of its subject."""
        return self.__tablename__

    @classmethod
    def journal_fields(cls) -> list[str]:
        """The columns that the journal tells: those with a label."""
        return [attribute.key for attribute in inspect(cls).column_attrs if "label" in attribute.columns[0].info]

    @classmethod
    def told_as(cls, field: str) -> str:
        """The name under which a column is told: that of its relation when it points to a record, else its own."""
        info = inspect(cls).column_attrs[field].columns[0].info
        return str(info.get("named", field))

    def told(self, field: str) -> Any:
        """The present value of a column as plain data; a record pointed to goes by its title."""
        relation = self.told_as(field)
        if relation == field:
            return plain(getattr(self, field))
        target = getattr(self, relation)
        return target.journal_title() if target is not None else None


@event.listens_for(Mapper, "mapper_configured")
def _keep_old_values(mapper: Mapper[Any], cls: type) -> None:
    """SQLAlchemy gives no old value for an attribute set while expired unless it is told to load it first."""
    if issubclass(cls, Journaled):
        for attribute in mapper.column_attrs:
            getattr(cls, attribute.key).impl.active_history = True


@dataclass(frozen=True)
class Actor:
    """Who acts, as the journal will name them."""

    id: uuid.UUID | None
    name: str


@dataclass
class Fact:
    """Something to write in the journal: what happened to which record, and in which chain it belongs."""

    verb: Verb
    subject_type: str
    subject_id: uuid.UUID | None
    title: str
    chain: str
    told: bool = False
    changes: list[dict[str, Any]] = field(default_factory=list)
    detail: dict[str, Any] = field(default_factory=dict)


def plain(value: Any) -> Any:
    """`value` as JSON keeps it: dates and identities as text, enumerations by value."""
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, uuid.UUID | Vocabulary):
        return str(value)
    return value


def tell(session: Session, verb: Verb, subject: Any, title: str | None = None, **detail: Any) -> None:
    """Put a business fact in the journal, in the session's transaction; a change of `subject` made there joins it.

    `detail` must carry exactly the keys that DETAILS declares for `verb`, and may carry `row`, the seal of a row that
    nothing changes any more. Raises ValueError otherwise.
    """
    if detail.keys() - {"row"} != DETAILS.get(verb, frozenset()):
        raise ValueError(f"{verb} needs {sorted(DETAILS.get(verb, ()))}, got {sorted(detail)}")
    session.flush()
    if subject.id is None:
        raise ValueError("Add the subject to the session before telling of it.")
    pending = _pending(session)
    key = (subject.__tablename__, subject.id)
    if key in pending and not pending[key].told:
        pending[key].verb = verb
    else:
        key = (*key, len(pending)) if key in pending else key  # type: ignore[assignment]
        pending[key] = fact_about(verb, subject, title)
    pending[key].told = True
    pending[key].detail = {name: plain(value) for name, value in detail.items()}


def fact_about(verb: Verb, subject: Any, title: str | None = None) -> Fact:
    """A fact about `subject`, in the chain of its establishment or of the group."""
    owner = getattr(subject, "establishment_id", None)
    chain = str(owner) if owner else GROUP_CHAIN
    return Fact(verb, subject.__tablename__, subject.id, title or subject.journal_title(), chain)


def _pending(session: Session) -> dict[tuple[str, Any], Fact]:
    return session.info.setdefault("journal", {})  # type: ignore[no-any-return]


def keep_journal(session_class: Any) -> None:
    """Make every session of `session_class` keep the journal. Its `info["actor"]` (an Actor) says who acts."""
    event.listen(session_class, "after_flush", _collect)
    event.listen(session_class, "before_commit", _write)
    event.listen(session_class, "after_soft_rollback", lambda session, _: session.info.pop("journal", None))
    event.listen(session_class, "do_orm_execute", _refuse_bulk)


def _refuse_bulk(state: ORMExecuteState) -> None:
    """An update or delete of many rows at once bypasses the journal: it is refused unless the caller tells it."""
    if not (state.is_update or state.is_delete or state.is_insert) or state.execution_options.get("told"):
        return
    if state.bind_mapper is not None and issubclass(state.bind_mapper.class_, Journaled):
        raise RuntimeError(f"{state.bind_mapper.class_.__name__} is journaled: change its records one by one.")


def _collect(session: Session, flush: UOWTransaction) -> None:
    for state, (removed, listed_only) in flush.states.items():
        record = state.obj()
        if listed_only or not isinstance(record, Journaled):
            continue
        verb = Verb.REMOVED if removed else Verb.CHANGED if state.has_identity else Verb.CREATED
        changes = _changes(session, record, verb)
        if not changes:
            continue
        subject = record.journal_subject()
        key = (subject.__tablename__, subject.id)
        own_verb = verb if subject is record else Verb.CHANGED
        pending = _pending(session).setdefault(key, fact_about(own_verb, subject))
        pending.title = subject.journal_title()
        if own_verb is not Verb.CHANGED and not pending.told:
            pending.verb = own_verb
        pending.changes += changes


def _changes(session: Session, record: Journaled, verb: Verb) -> list[dict[str, Any]]:
    subject, kind = record.journal_subject(), cast(Any, type(record))
    part, withheld = None if subject is record else record.journal_part(), subject.is_withheld
    mark = {"part": part, "id": str(record.id), "title": "" if withheld else record.journal_title()}
    if verb is not Verb.CHANGED:
        # What was never said of a new record is not there: asking its attributes one by one takes much longer.
        said = vars(record).get if verb is Verb.CREATED else partial(getattr, record)
        kept = {
            one.told_as: _told_value(session, one, value)
            for one in _told_columns(kind)
            if not (withheld or one.secret) and (value := said(one.name)) is not None
        }
        return [{**mark, verb.value: {name: value for name, value in kept.items() if value is not None}}]
    changes = []
    for one in _told_columns(kind):
        history = inspect(record).attrs[one.name].load_history()
        if not history.has_changes() or one.quiet:
            continue
        before, after = (
            _told_value(session, one, values[0]) if values else None for values in (history.deleted, history.added)
        )
        if withheld or one.secret:
            changes.append({**mark, "field": one.name})
        elif before != after:
            changes.append({**mark, "field": one.told_as, "before": before, "after": after})
    return changes


@dataclass(frozen=True)
class _Told:
    """A column that the journal tells; `target`: the class it points to, when it is told by the title of a record."""

    name: str
    told_as: str
    target: type[Any] | None
    secret: bool
    quiet: bool


@cache
def _told_columns(model: type[Journaled]) -> tuple[_Told, ...]:
    """The told columns of a class, found once: thousands of records of it may come at a time."""
    mapper, found = inspect(model), []
    for name in model.journal_fields():
        told_as, info = model.told_as(name), mapper.column_attrs[name].columns[0].info
        target = mapper.relationships[told_as].mapper.class_ if told_as != name else None
        found.append(_Told(name, told_as, target, bool(info.get("secret")), bool(info.get("quiet"))))
    return tuple(found)


def _told_value(session: Session, column: _Told, value: Any) -> Any:
    if column.target is None or value is None:
        return plain(value)
    target = session.get(column.target, value)
    return target.journal_title() if target is not None else str(value)


def _write(session: Session) -> list[tuple[Fact, "Told"]]:
    if session.in_nested_transaction():
        return []
    session.flush()
    pending = list(session.info.pop("journal", {}).values())
    if not pending:
        return []
    actor = session.info.get("actor")
    if actor is None:
        raise RuntimeError("A change needs an actor: set session.info['actor'].")
    return append(session.connection(), actor, pending)


class Told(NamedTuple):
    """Where the journal tells of something."""

    chain: str
    seq: int
    digest: str


def settle(session: Session, subject: Any) -> Told:
    """Write now what the transaction told so far, and give where the journal last tells of `subject`.

    For what must name its own entry, a receipt or a checkpoint: the entries stay undone if the transaction is. The
    chain stays locked until then; call it late. Raises NoResultFound when nothing was ever told of `subject`.
    """
    if session.in_nested_transaction():
        raise RuntimeError("The journal is not settled in a savepoint.")
    for fact, told in reversed(_write(session)):
        if (fact.subject_type, fact.subject_id) == (subject.__tablename__, subject.id):
            return told
    about = Entry.subject_type == subject.__tablename__, Entry.subject_id == subject.id
    query = select(Entry.chain, Entry.seq, Entry.digest).where(*about).order_by(Entry.at.desc(), Entry.seq.desc())
    return Told(*session.execute(query.limit(1)).one())


def append(connection: Connection, actor: Actor, pending: list[Fact]) -> list[tuple[Fact, "Told"]]:
    """Write `pending` facts at the end of their chains, in the connection's transaction; gives where each stands."""
    chains = sorted({fact.chain for fact in pending})
    return [
        told
        for chain in chains
        for told in _write_chain(connection, chain, actor, [fact for fact in pending if fact.chain == chain])
    ]


_THE_CHAIN = select(func.pg_advisory_xact_lock(func.hashtext(bindparam("chain"))))
_EVERYTHING = select(literal(1)).with_for_update()


def lock(connection: Connection, chain: str) -> None:
    """Let nobody else write in a chain until the transaction ends; on SQLite, in the whole database."""
    if connection.dialect.name == "postgresql":
        connection.execute(_THE_CHAIN, {"chain": chain})
    else:
        connection.execute(_EVERYTHING)


_LAST = (
    select(Entry.seq, Entry.digest, Entry.at)
    .where(Entry.chain == bindparam("chain"))
    .order_by(Entry.seq.desc())
    .limit(1)
)
_NEXT = insert(Entry)
MANY = 50
"""From how many entries on those that an import tells at once are written as many rows."""


def _write_chain(connection: Connection, chain: str, actor: Actor, facts: list[Fact]) -> list[tuple[Fact, "Told"]]:
    lock(connection, chain)
    last = connection.execute(_LAST, {"chain": chain}).first()
    seq, previous, at = (last.seq, last.digest, max(now(), last.at)) if last else (0, "", now())
    rows, places = [], []
    for fact in facts:
        seq += 1
        row = {
            "chain": chain,
            "seq": seq,
            "at": at,
            "actor_id": actor.id,
            "actor_name": actor.name,
            "verb": fact.verb,
            "subject_type": fact.subject_type,
            "subject_id": fact.subject_id,
            "subject_title": fact.title,
            "changes": fact.changes,
            "detail": fact.detail,
            "previous": previous,
        }
        previous = row["digest"] = digest_of(row)
        rows.append(row)
        places.append((fact, Told(chain, seq, previous)))
    if len(rows) < MANY:
        connection.execute(_NEXT, rows)
    else:
        insert_rows(connection, cast(Table, Entry.__table__), rows)
    return places


def digest_of(row: dict[str, Any]) -> str:
    """SHA-256, in hexadecimal, over the canonical JSON of an entry without its own digest."""
    told = {name: plain(value) for name, value in row.items() if name != "digest"}
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(HASH_PREFIX + canonical.encode()).hexdigest()
