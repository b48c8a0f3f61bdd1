"""What the charters' screens list and count, within what the visitor may see."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from governance.charters.access import concerning, readable, reading_places
from governance.database import session
from governance.visitor import Visitor, visitor
from models.charters.charter import Charter, CharterVersion
from models.charters.consultation import Consultation
from models.charters.verification import Verification
from models.charters.words import CLOSED, CharterKind, CharterStatus, Finding
from models.establishments import Establishment
from models.journal import Entry, Verb
from models.permissions import Permission
from models.search import matching

SORTS = {
    "titre": Charter.title,
    "etat": Charter.status,
    "revision": Charter.review_on,
    "maj": Charter.updated_at,
}
GROUP = "groupe"
UNCHECKED = "jamais-verifiees"
OPEN = tuple(status for status in CharterStatus if status not in CLOSED)


def listed(who: Visitor, args: Any) -> Select[Any]:
    """The identities of the charters that she reads and that the filters of `args` keep."""
    return select(Charter.id).where(readable(who), *_kept(args), *_somewhere(who, args))


def _somewhere(who: Visitor, args: Any) -> Iterator[ColumnElement[bool]]:
    """Those that apply in the establishment that the address names, or that one of hers never checked."""
    code, unchecked = args.get("etablissement", ""), args.get("montrer") == UNCHECKED
    if not code and not unchecked:
        return
    places = [place.id for place in reading_places(who) if code in ("", place.code)]
    rule = Verification.missing if unchecked else Charter.applies_in
    yield select(Establishment.id).where(Establishment.id.in_(places), rule(Establishment.id)).exists()


def _kept(args: Any) -> Iterator[ColumnElement[bool]]:
    if typed := args.get("q", "").strip():
        yield matching(Charter.words, typed[:200])
    asked = args.get("etat", "")
    if asked in CharterStatus.__members__.values():
        yield Charter.status == CharterStatus(asked)
    elif asked != "toutes":
        yield Charter.status.in_(OPEN)
    if args.get("nature") in CharterKind.__members__.values():
        yield Charter.kind == CharterKind(args["nature"])
    if args.get("portee") == GROUP:
        yield Charter.establishment_id.is_(None)


def lines(ids: list[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """Charters of a list with the name of their establishment and their latest version, by identity."""
    rows = session.execute(
        select(Charter, Establishment.name.label("place"), CharterVersion)
        .outerjoin(Establishment, Establishment.id == Charter.establishment_id)
        .outerjoin(CharterVersion, _latest())
        .where(Charter.id.in_(ids))
    )
    return {row.Charter.id: row for row in rows}


def _latest() -> ColumnElement[bool]:
    return and_(CharterVersion.charter_id == Charter.id, CharterVersion.number == Charter.published_number)


def in_force(who: Visitor) -> list[Any]:
    """The published charters that concern her, each with its latest version, by title."""
    query = select(Charter, CharterVersion).join(CharterVersion, _latest()).where(concerning(who))
    return list(session.execute(query.order_by(Charter.title, Charter.id)))


def versions(charter: Charter) -> list[CharterVersion]:
    """The versions of a charter, latest first."""
    return list(session.scalars(CharterVersion.of(charter)))


def consultations(charter: Charter, number: int | None = None) -> list[Consultation]:
    """The consultations on a charter, or on one of its versions."""
    query = Consultation.of(charter)
    return list(session.scalars(query.where(Consultation.number == number) if number else query))


def is_consulted(charter: Charter) -> bool:
    """Whether a consultation is recorded for the version to come."""
    asked = select(Consultation.id).where(
        Consultation.charter_id == charter.id, Consultation.number == charter.next_number
    )
    return session.scalar(asked.limit(1)) is not None


def is_intact(version: CharterVersion) -> bool:
    """Whether the bytes are those that were published: by their own digest, and by the one that the journal keeps."""
    told = session.scalars(
        select(Entry.detail).where(
            Entry.subject_type == Charter.__tablename__,
            Entry.subject_id == version.charter_id,
            Entry.verb == Verb.PUBLISHED,
        )
    )
    kept = [detail["digest"] for detail in told if detail.get("number") == version.number]
    return version.is_intact() and kept == [version.sha256]


# The checks of application


@dataclass(frozen=True)
class Due:
    """The latest check of one kind in one establishment, and when the next is due."""

    verification: Verification
    due_on: dt.date | None

    def is_late(self, today: dt.date) -> bool:
        return self.due_on is not None and self.due_on < today


VERIFICATION_SORTS = {"faite": Verification.checked_on, "titre": Verification.title, "constat": Verification.finding}


def verifications(who: Visitor, args: Any) -> Select[Any]:
    """The identities of the checks that she reads and that the filters of `args` keep."""
    query = select(Verification.id).where(who.sees(Verification, Permission.CHARTERS_READ))
    if typed := args.get("q", "").strip():
        query = query.where(matching(Verification.words, typed[:200]))
    if args.get("constat") in Finding.__members__.values():
        query = query.where(Verification.finding == Finding(args["constat"]))
    return query


def verification_lines(ids: list[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """Checks of a list with the title of their charter and the name of their establishment, by identity."""
    rows = session.execute(
        select(Verification, Charter.title.label("charter"), Establishment.name.label("place"))
        .join(Charter, Charter.id == Verification.charter_id)
        .join(Establishment, Establishment.id == Verification.establishment_id)
        .where(Verification.id.in_(ids))
    )
    return {row.Verification.id: row for row in rows}


def latest_checks(condition: ColumnElement[bool]) -> list[Verification]:
    """The latest check of each kind, charter and establishment among those that `condition` keeps."""
    place = func.row_number().over(
        partition_by=(Verification.establishment_id, Verification.charter_id, Verification.title),
        order_by=(Verification.checked_on.desc(), Verification.id),
    )
    ranked = select(Verification.id, place.label("place")).where(condition).subquery()
    query = select(Verification).join(ranked, ranked.c.id == Verification.id).where(ranked.c.place == 1)
    return list(session.scalars(query))


def due(condition: ColumnElement[bool]) -> list[Due]:
    """The checks to make again, the soonest first."""
    found = [Due(one, one.due_on) for one in latest_checks(condition) if one.due_on]
    return sorted(found, key=lambda one: (one.due_on or dt.date.max, one.verification.title))


# Choices of the forms


def place_choices() -> list[tuple[str, str]]:
    """Where a new charter may be written: each establishment that she may, and the group."""
    who = visitor()
    places = [(str(place.id), place.name) for place in who.places(Permission.CHARTERS_EDIT)]
    if who.reads_everywhere(Permission.CHARTERS_EDIT):
        places.insert(0, (GROUP, "Commune à tout le groupement"))
    return places


def checked_places() -> list[tuple[str, str]]:
    """The establishments in which she records checks of application."""
    return [(str(place.id), place.name) for place in visitor().places(Permission.CHARTERS_EDIT)]


def published_choices() -> list[tuple[str, str]]:
    """The published charters that may replace another."""
    query = select(Charter.id, Charter.title).where(readable(visitor()), Charter.status == CharterStatus.PUBLISHED)
    return [(str(row.id), row.title) for row in session.execute(query.order_by(Charter.title))]
