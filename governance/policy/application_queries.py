"""What the screens of the rules in force, and of the derogations to them, list and count."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import joinedload, selectinload

from governance.database import session
from governance.lists import of_place
from governance.visitor import Visitor, visitor
from models.base import today
from models.establishments import Establishment
from models.measures import Measure
from models.permissions import Permission
from models.policy.derogation import Derogation, DerogationRule
from models.policy.findings import AuditFinding
from models.policy.observance import Observance, ObservanceMeasure, Score, counted
from models.policy.policy import Policy
from models.policy.words import IN_COURSE, DerogationStatus, PolicyStatus, RuleStatus
from models.search import matching
from models.vocabulary import N_

READ = Permission.POLICY_READ


def _rank(column: Any, words: Any) -> ColumnElement[int]:
    return case({word: place for place, word in enumerate(words)}, value=column)


SORTS = {
    "regle": Observance.position,
    "etat": _rank(Observance.status, RuleStatus),
    "responsable": func.coalesce(Observance.owner_name, ""),
    "evaluee": Observance.rated_on,
}
QUESTIONS = (
    ("evaluees", N_("Évaluées")),
    ("a-traiter", N_("Non appliquées ou en partie")),
    ("sans-responsable", N_("Sans responsable")),
    ("derogees", N_("Sous dérogation en cours")),
)


def in_force(who: Visitor) -> tuple[ColumnElement[bool], ...]:
    """SQL: the rules of the policies in force that she reads, where she works now."""
    published = select(Policy.id).where(Policy.status == PolicyStatus.PUBLISHED)
    return who.sees(Observance, READ), Observance.withdrawn_on.is_(None), Observance.policy_id.in_(published)


def listed(who: Visitor, args: Any) -> Select[Any]:
    """The identities of the rules in force that the filters of `args` keep."""
    return select(Observance.id).where(*in_force(who), *_kept(args))


def _kept(args: Any) -> Iterator[ColumnElement[bool]]:
    yield from of_place(Observance, args)
    if typed := args.get("q", "").strip():
        yield matching(Observance.words, typed[:200])
    if args.get("etat") in RuleStatus.__members__.values():
        yield Observance.status == RuleStatus(args["etat"])
    if chapter := args.get("chapitre", ""):
        yield Observance.chapter == chapter[:200]
    asked = args.get("montrer")
    if asked == "evaluees":
        yield Observance.status.notin_((RuleStatus.TO_FILL, RuleStatus.NOT_APPLICABLE))
    elif asked == "a-traiter":
        yield Observance.status.in_((RuleStatus.NOT_APPLIED, RuleStatus.PARTIAL))
    elif asked == "sans-responsable":
        yield Observance.owner_name.is_(None)
    elif asked == "derogees":
        yield Observance.id.in_(_derogated(today()))


def _derogated(on: dt.date) -> Select[Any]:
    return (
        select(DerogationRule.observance_id)
        .join(Derogation, Derogation.id == DerogationRule.derogation_id)
        .where(Derogation.status.in_(IN_COURSE), Derogation.starts_on <= on, Derogation.ends_on >= on)
    )


def lines(ids: list[uuid.UUID]) -> dict[uuid.UUID, Observance]:
    """The rules of a list, by identity, each with its policy."""
    query = select(Observance).options(joinedload(Observance.policy).joinedload(Policy.establishment))
    return {one.id: one for one in session.scalars(query.where(Observance.id.in_(ids)))}


def score(who: Visitor, args: Any) -> Score:
    """Where the rules in force that she reads stand, in the establishment that `args` may name. One query."""
    counts = [counted(status) for status in RuleStatus]
    row = session.execute(select(*counts).where(*in_force(who), *of_place(Observance, args))).one()
    return Score(dict(zip(RuleStatus, row, strict=True)))


def by_chapter(who: Visitor, args: Any) -> list[tuple[str, Score]]:
    """The score of each chapter there, in the order of the text. One query."""
    counts = [counted(status) for status in RuleStatus]
    query = (
        select(Observance.chapter, *counts)
        .where(*in_force(who), *of_place(Observance, args))
        .group_by(Observance.chapter)
    )
    rows = session.execute(query.order_by(func.min(Observance.position))).all()
    return [(row[0], Score(dict(zip(RuleStatus, row[1:], strict=True)))) for row in rows]


def whole() -> Select[Observance]:
    """Rules with all that their page says of them."""
    return select(Observance).options(
        joinedload(Observance.policy).joinedload(Policy.establishment),
        selectinload(Observance.ratings),
        selectinload(Observance.measure_links).joinedload(ObservanceMeasure.measure),
    )


def measure_choices(establishment_id: uuid.UUID) -> list[tuple[str, str]]:
    """The measures that a rule of an establishment may rest on, among those she reads."""
    readable = visitor().reads(Measure)
    found = session.scalars(Measure.usable_in(establishment_id).where(readable))
    return [(str(one.id), f"{one.reference} {one.title}") for one in found]


def findings_of(observance: Observance) -> list[AuditFinding]:
    """What audits found on a rule, the latest first."""
    query = select(AuditFinding).options(joinedload(AuditFinding.audit))
    return list(
        session.scalars(
            query.where(AuditFinding.observance_id == observance.id).order_by(AuditFinding.created_at.desc())
        )
    )


# Derogations

DEROGATION_SORTS = {
    "reference": Derogation.reference,
    "objet": Derogation.title,
    "etat": _rank(Derogation.status, DerogationStatus),
    "debut": Derogation.starts_on,
    "fin": Derogation.ends_on,
}
DEROGATION_QUESTIONS = (
    ("en-cours", N_("En cours")),
    ("a-terme", N_("Finissent sous 60 jours")),
    ("expirees", N_("Expirées, à traiter")),
)


def derogation_rule(asked: str | None, on: dt.date) -> ColumnElement[bool] | None:
    """SQL: the answer to a question of the list of derogations."""
    if asked == "en-cours":
        return Derogation.status.in_(IN_COURSE) & (Derogation.ends_on >= on)
    if asked == "a-terme":
        return Derogation.ending(on)
    return Derogation.expired(on) if asked == "expirees" else None


def derogations(who: Visitor, args: Any) -> Select[Any]:
    """The identities of the derogations that she reads and that the filters of `args` keep."""
    query = select(Derogation.id).where(who.sees(Derogation, READ), *of_place(Derogation, args))
    if typed := args.get("q", "").strip():
        query = query.where(matching(Derogation.words, typed[:200]))
    if args.get("etat") in DerogationStatus.__members__.values():
        query = query.where(Derogation.status == DerogationStatus(args["etat"]))
    rule = derogation_rule(args.get("montrer"), today())
    return query if rule is None else query.where(rule)


def derogation_lines(ids: list[uuid.UUID]) -> dict[uuid.UUID, Derogation]:
    """The derogations of a list with their rules, by identity."""
    return {one.id: one for one in session.scalars(whole_derogation().where(Derogation.id.in_(ids)))}


def whole_derogation() -> Select[Derogation]:
    """Derogations with the rules that they depart from."""
    return select(Derogation).options(
        selectinload(Derogation.rules).joinedload(DerogationRule.observance),
        joinedload(Derogation.department),
        joinedload(Derogation.establishment),
    )


def rule_choices(establishment_id: uuid.UUID) -> list[tuple[str, str]]:
    """The rules in force in an establishment, in the order of the text."""
    rows = session.execute(
        select(Observance.id, Observance.code, Observance.text)
        .join(Policy, Policy.id == Observance.policy_id)
        .where(Observance.establishment_id == establishment_id, Observance.withdrawn_on.is_(None))
        .where(Policy.status == PolicyStatus.PUBLISHED)
        .order_by(Observance.position)
    )
    return [(str(row.id), f"{row.code} {row.text[:110]}{'…' if len(row.text) > 110 else ''}") for row in rows]


def establishment(identity: uuid.UUID) -> Establishment:
    """An establishment, by its identity."""
    return session.get_one(Establishment, identity)
