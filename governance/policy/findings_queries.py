"""What the screens of audits list and count: the audits, their findings, and what came of these in the plan."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, not_, select
from sqlalchemy.orm import joinedload, selectinload

from governance.database import session
from governance.visitor import Visitor, visitor
from models.base import today
from models.permissions import Permission
from models.plan import OPEN, Action, State
from models.policy.findings import AuditFinding, PolicyAudit
from models.policy.words import AuditKind
from models.search import matching
from models.vocabulary import N_

READ = Permission.POLICY_READ

AUDIT_SORTS = {
    "reference": PolicyAudit.reference,
    "objet": PolicyAudit.title,
    "date": func.coalesce(PolicyAudit.held_on, PolicyAudit.planned_on),
    "resultat": PolicyAudit.result,
}
AUDIT_QUESTIONS = (
    ("prevus", N_("À faire")), ("en-retard", N_("En retard")), ("faits", N_("Faits")),
    ("constats-ouverts", N_("Constats ouverts")),
)  # fmt: skip


RULES: dict[str, Callable[[], ColumnElement[bool]]] = {
    "faits": lambda: PolicyAudit.held_on.is_not(None),
    "prevus": lambda: PolicyAudit.held_on.is_(None),
    "en-retard": lambda: and_(PolicyAudit.held_on.is_(None), PolicyAudit.planned_on < today()),
    "constats-ouverts": lambda: PolicyAudit.id.in_(select(AuditFinding.audit_id).where(not_(_is_closed()))),
}
"""What each question of AUDIT_QUESTIONS keeps."""


def audits(who: Visitor, args: Any) -> Select[Any]:
    """The identities of the audits that she reads and that the filters of `args` keep."""
    query = select(PolicyAudit.id).where(who.sees(PolicyAudit, READ))
    if typed := args.get("q", "").strip():
        query = query.where(matching(PolicyAudit.words, typed[:200]))
    if args.get("nature") in AuditKind.__members__.values():
        query = query.where(PolicyAudit.kind == AuditKind(args["nature"]))
    asked = RULES.get(args.get("montrer", ""))
    return query.where(asked()) if asked else query


def _is_closed() -> ColumnElement[bool]:
    """SQL over AuditFinding: what `Outcome.of` says of its actions."""
    called = exists().where(Action.origin_type == AuditFinding.__tablename__, Action.origin_id == AuditFinding.id)
    return and_(called.where(Action.state == State.DONE), not_(called.where(Action.state.in_(OPEN))))


@dataclass(frozen=True)
class AuditLine:
    """An audit of a list: how many findings, how many are not closed, and how many actions are still open."""

    audit: PolicyAudit
    findings: int
    open_findings: int
    open_actions: int


def audit_lines(ids: list[uuid.UUID]) -> dict[uuid.UUID, AuditLine]:
    """The audits of a list, by identity. Three queries."""
    found = session.scalars(
        select(PolicyAudit).options(joinedload(PolicyAudit.establishment)).where(PolicyAudit.id.in_(ids))
    )
    counted = session.execute(
        select(AuditFinding.audit_id, func.count(), func.sum(case((_is_closed(), 0), else_=1)))
        .where(AuditFinding.audit_id.in_(ids))
        .group_by(AuditFinding.audit_id)
    )
    counts = {row[0]: (row[1], row[2]) for row in counted}
    opened = dict(
        session.execute(
            select(AuditFinding.audit_id, func.count())
            .join(Action, Action.origin_id == AuditFinding.id)
            .where(AuditFinding.audit_id.in_(ids), Action.origin_type == AuditFinding.__tablename__)
            .where(Action.state.in_(OPEN), visitor().reads(Action))
            .group_by(AuditFinding.audit_id)
        ).all()
    )
    return {one.id: AuditLine(one, *counts.get(one.id, (0, 0)), opened.get(one.id, 0)) for one in found}


def whole_audit() -> Select[PolicyAudit]:
    """Audits with their findings and the rules that these are about."""
    return select(PolicyAudit).options(
        selectinload(PolicyAudit.findings).joinedload(AuditFinding.observance), joinedload(PolicyAudit.establishment)
    )


def actions_of(*audits: PolicyAudit) -> dict[uuid.UUID, list[Action]]:
    """The actions that the findings of audits called for, by finding. One query."""
    return actions_by_finding([one for audit in audits for one in audit.findings])


def actions_by_finding(findings: Iterable[AuditFinding]) -> dict[uuid.UUID, list[Action]]:
    """The actions that findings called for, by finding. One query."""
    ids = [one.id for one in findings]
    found: dict[uuid.UUID, list[Action]] = {}
    query = select(Action).where(Action.origin_type == AuditFinding.__tablename__, Action.origin_id.in_(ids))
    for action in session.scalars(query.where(visitor().reads(Action)).order_by(Action.due_on, Action.title)):
        if action.origin_id is not None:
            found.setdefault(action.origin_id, []).append(action)
    return found


def audits_held(establishments: list[uuid.UUID], year: int) -> dict[str, int]:
    """How many times each check of the model was held in a year, by its code."""
    rows = session.execute(
        select(PolicyAudit.code, func.count())
        .where(PolicyAudit.establishment_id.in_(establishments), PolicyAudit.code.is_not(None))
        .where(PolicyAudit.held_on.between(dt.date(year, 1, 1), dt.date(year, 12, 31)))
        .group_by(PolicyAudit.code)
    )
    return {str(row[0]): row[1] for row in rows}
