"""What the attachments let be searched: those of the records that the visitor reads."""

import uuid

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select

from governance.links import page_of
from governance.searching import Kind
from governance.visitor import Visitor
from models.evidence import Attachment, HasEvidence, owners
from models.permissions import Permission
from models.vocabulary import N_


def _readable(who: Visitor) -> Select[uuid.UUID]:
    """The attachments of each class of records in which she may read something, by a right or because it is hers."""
    classes = [one for one in owners().values() if who.may(one.evidence_read) or one.is_own is not HasEvidence.is_own]
    return select(Attachment.id).where(
        Attachment.removed_at.is_(None), or_(false(), *(_attached(who, one) for one in classes))
    )


def _attached(who: Visitor, owner: type[HasEvidence]) -> ColumnElement[bool]:
    identity = owner.__table__.c.id  # type: ignore[attr-defined]
    return and_(
        Attachment.owner_type == owner.__tablename__,
        Attachment.owner_id.in_(select(identity).where(who.reads(owner))),
    )


KINDS = (
    Kind(
        "pieces", N_("Pièces"), Permission.ACCOUNT_OWN, Attachment, _readable,
        name=func.coalesce(Attachment.title, Attachment.name), texts=(Attachment.name, Attachment.note),
        also=(Attachment.owner_type, Attachment.owner_id),
        url=lambda row: page_of(row.owner_type, row.owner_id) + "#pieces",
    ),
)  # fmt: skip
