"""Receipts: their files, who may take them, and the mail that brings each person her own."""

import datetime as dt
import uuid

from sqlalchemy import ColumnElement, and_, delete, exists, select
from sqlalchemy.orm import joinedload, undefer

from exports import receipts
from governance import mail, signing
from governance.charters.mailing import Letters, letter
from governance.database import session
from governance.visitor import Visitor
from models.base import now, today
from models.charters.acceptance import TRACES_KEPT, Acceptance, Decision, Trace
from models.charters.campaign import Campaign, Invitation, Notice, NoticeKind
from models.outbox import Enclosure, Message
from models.people import Person
from models.permissions import Permission

FRESH = dt.timedelta(days=7)
"""A receipt that could not be written for so long (no address until then) is taken from the list instead."""

TYPES = {"json": "application/json", "pdf": "application/pdf"}


def may_read(who: Visitor, kept: Acceptance) -> bool:
    """Whether she collects or steers the acknowledgements of that establishment."""
    return who.may(Permission.CHARTERS_EDIT, kept) or who.may(Permission.CHARTERS_COLLECT, kept)


def file_of(kept: Acceptance, kind: str) -> tuple[bytes, str]:
    """The bytes of a receipt, "json" or "pdf", and their type."""
    if kind == "json":
        return receipts.file(kept.receipt), TYPES[kind]
    kid = kept.receipt["document"]["kid"]
    key = next(one.public for one in signing.public_keys() if one.public.kid == kid)
    return receipts.page(kept.receipt, key, mail.link("journal.keys")), TYPES[kind]


def post_receipts(limit: int = 200) -> int:
    """Write the mail of each answer that has none yet, its receipt enclosed; gives how many were written."""
    waiting = (
        select(Acceptance)
        .join(Person, Person.id == Acceptance.person_id)
        .options(
            joinedload(Acceptance.person).joinedload(Person.manager),
            joinedload(Acceptance.version),
            undefer(Acceptance.receipt),
        )
        .where(Acceptance.at > now() - FRESH, Person.email.is_not(None), ~_written())
        .order_by(Acceptance.at)
        .limit(limit)
    )
    found = session.scalars(waiting).all()
    campaigns = _campaigns([one.id for one in found])
    for kept in found:
        _post(kept, campaigns[kept.id])
    return len(found)


def _written() -> ColumnElement[bool]:
    kinds = {Decision.ACCEPTED: NoticeKind.RECEIPT, Decision.REFUSED: NoticeKind.REFUSAL}
    same = and_(Notice.person_id == Acceptance.person_id, Notice.version_id == Acceptance.version_id)
    pairs = [and_(Acceptance.decision == decision, Notice.kind == kind) for decision, kind in kinds.items()]
    return exists().where(same, pairs[0] | pairs[1])


def _campaigns(ids: list[uuid.UUID]) -> dict[uuid.UUID, Campaign]:
    """The campaign in which each of these answers was asked, the latest when there are several."""
    rows = session.execute(
        select(Acceptance.id, Campaign)
        .join(
            Invitation,
            and_(Invitation.person_id == Acceptance.person_id, Invitation.version_id == Acceptance.version_id),
        )
        .join(Campaign, Campaign.id == Invitation.campaign_id)
        .where(Acceptance.id.in_(ids))
        .order_by(Campaign.created_at)
    )
    return {row[0]: row[1] for row in rows}


def _post(kept: Acceptance, campaign: Campaign) -> None:
    letters = Letters(campaign)
    accepted = kept.decision is Decision.ACCEPTED
    code = "confirmation_receipt" if accepted else "refusal_recorded"
    message = letter(letters.receipt(code, kept), kept.person.email or "", kept.establishment_id)
    message.enclosures = [
        Enclosure(name=f"recu-{kept.number}.{kind}", media_type=TYPES[kind], content=file_of(kept, kind)[0])
        for kind in TYPES
    ]
    session.add(message)
    session.flush()
    _note(kept, campaign, NoticeKind.RECEIPT if accepted else NoticeKind.REFUSAL, message)
    manager = kept.person.manager
    if not accepted and manager is not None and manager.email:
        session.add(letter(letters.refusal(kept, manager), manager.email, kept.establishment_id))


def _note(kept: Acceptance, campaign: Campaign, kind: NoticeKind, message: Message) -> None:
    session.add(
        Notice(
            campaign_id=campaign.id, person_id=kept.person_id, version_id=kept.version_id, kind=kind, sent_on=today(),
            message_id=message.id,
        )
    )  # fmt: skip


def forget_traces(before: dt.datetime) -> int:
    """Remove the network addresses and browsers kept for a year; the proofs stay."""
    done = session.execute(delete(Trace).where(Trace.at < before - TRACES_KEPT))
    return int(done.rowcount)  # type: ignore[attr-defined]
