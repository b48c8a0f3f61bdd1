"""What the screens of the policies list and count, within what the visitor may see."""

import uuid
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from governance.database import session
from governance.policy.access import concerning
from governance.visitor import Visitor
from models.establishments import Establishment
from models.journal import Entry, Verb
from models.permissions import Permission
from models.policy.observance import Observance, Score, counted
from models.policy.policy import Policy, PolicyConsultation, PolicyVersion
from models.policy.words import PolicyStatus, RuleStatus
from models.search import matching

READ = Permission.POLICY_READ
SORTS = {"titre": Policy.title, "etat": Policy.status, "revue": Policy.review_on, "maj": Policy.updated_at}


def listed(who: Visitor, args: Any) -> Select[Any]:
    """The identities of the policies that she reads and that the filters of `args` keep."""
    return select(Policy.id).where(who.sees(Policy, READ), *_kept(args))


def _kept(args: Any) -> Iterator[ColumnElement[bool]]:
    if typed := args.get("q", "").strip():
        yield matching(Policy.words, typed[:200])
    asked = args.get("etat", "")
    if asked in PolicyStatus.__members__.values():
        yield Policy.status == PolicyStatus(asked)
    elif asked != "toutes":
        yield Policy.status != PolicyStatus.ARCHIVED


def lines(ids: list[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """Policies of a list with their establishment, latest version, and the score of their rules, by identity."""
    rows = session.execute(
        select(Policy, Establishment.name.label("place"), PolicyVersion)
        .join(Establishment, Establishment.id == Policy.establishment_id)
        .outerjoin(PolicyVersion, _latest())
        .where(Policy.id.in_(ids))
    ).all()
    scores = scores_of(Observance.policy_id.in_(ids))
    return {row.Policy.id: (row.Policy, row.place, row.PolicyVersion, scores.get(row.Policy.id)) for row in rows}


def scores_of(condition: ColumnElement[bool]) -> dict[uuid.UUID, Score]:
    """Where the rules in force stand, by policy. One query."""
    counts = [counted(status).label(status.value) for status in RuleStatus]
    query = select(Observance.policy_id, *counts).where(condition, Observance.withdrawn_on.is_(None))
    rows = session.execute(query.group_by(Observance.policy_id)).all()
    return {row[0]: Score(dict(zip(RuleStatus, row[1:], strict=True))) for row in rows}


def _latest() -> ColumnElement[bool]:
    return and_(PolicyVersion.policy_id == Policy.id, PolicyVersion.number == Policy.published_number)


def in_force(who: Visitor) -> list[Any]:
    """The policies in force where she has a role, each with its latest version and its establishment's name."""
    query = (
        select(Policy, PolicyVersion, Establishment.name.label("place"))
        .join(PolicyVersion, _latest())
        .join(Establishment, Establishment.id == Policy.establishment_id)
        .where(concerning(who))
    )
    return list(session.execute(query.order_by(Establishment.name, Policy.title)))


def versions(policy: Policy) -> list[PolicyVersion]:
    """The versions of a policy, latest first."""
    return list(session.scalars(PolicyVersion.of(policy)))


def consultations(policy: Policy, number: int | None = None) -> list[PolicyConsultation]:
    """The consultations on a policy, or on one of its versions."""
    query = PolicyConsultation.on(policy)
    return list(session.scalars(query.where(PolicyConsultation.number == number) if number else query))


def is_intact(version: PolicyVersion) -> bool:
    """Whether the bytes are those that were published: by their own digest, and by the one that the journal keeps."""
    told = session.scalars(
        select(Entry.detail).where(
            Entry.subject_type == Policy.__tablename__,
            Entry.subject_id == version.policy_id,
            Entry.verb == Verb.PUBLISHED,
        )
    )
    kept = [detail["digest"] for detail in told if detail.get("number") == version.number]
    return version.is_intact() and kept == [version.sha256]


def count(ids: Select[Any]) -> int:
    """How many rows a list has."""
    return session.scalar(select(func.count()).select_from(ids.order_by(None).subquery())) or 0
