"""Completeness of a record: what article 30 requires, by its seven groups, and apart from it what CNIL recommends."""

from typing import Any

from sqlalchemy import ColumnElement, Date, and_, bindparam, case, exists, false, func, literal, or_, select, true

from models.base import today
from models.establishments import Establishment
from models.positions.nomination import Nomination
from models.positions.words import JobKind
from models.register.activity import Activity
from models.register.parts import (
    AccessRight,
    ActivityActor,
    DataItem,
    PersonGroup,
    Purpose,
    Recipient,
    Retention,
    SecurityMeasure,
    Transfer,
)
from models.register.words import ART9, DOUBTFUL, ActorRole, DpiaNeed, DpiaProgress, Kind
from models.rules import Check, Severity
from models.vocabulary import N_

GROUPS = {
    "a": N_("Responsable, DPO et contacts"),
    "b": N_("Finalités"),
    "c": N_("Personnes et données"),
    "d": N_("Destinataires"),
    "e": N_("Transferts hors UE"),
    "f": N_("Durées de conservation"),
    "g": N_("Mesures de sécurité"),
}
"""The seven groups of article 30(1), by their letter."""


def _any(part: Any, *conditions: Any) -> ColumnElement[bool]:
    return exists(select(literal(1)).where(part.activity_id == Activity.id, *conditions)).correlate(Activity)


def _every(part: Any, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """There is such a part, and the condition holds for each: in one look at those of the record, where for « none
    without » PostgreSQL may read the whole table."""
    lowest = select(func.min(case((condition, 1), else_=0))).where(part.activity_id == Activity.id)
    return func.coalesce(lowest.correlate(Activity).scalar_subquery(), 0) == 1


def _written(column: Any) -> ColumnElement[bool]:
    return and_(column.is_not(None), column != "")


def _for_controllers(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """A processor's record (art. 30(2)) does not carry this group: it is held as given."""
    return or_(Activity.kind == Kind.PROCESSOR, condition)


_named_actor = _any(ActivityActor, ActivityActor.role == ActorRole.CONTROLLER)
_served = _any(ActivityActor, ActivityActor.role == ActorRole.SERVED_CONTROLLER)
_joint = _any(ActivityActor, ActivityActor.role == ActorRole.JOINT_CONTROLLER)


def _establishment_has(*names: str) -> ColumnElement[bool]:
    return exists(
        select(literal(1)).where(
            Establishment.id == Activity.establishment_id, *(_written(getattr(Establishment, n)) for n in names)
        )
    ).correlate(Activity)


_TODAY = bindparam("today_here", type_=Date, callable_=today)

_dpo_is_nominated = exists(
    select(literal(1)).where(
        Nomination.establishment_id == Activity.establishment_id,
        Nomination.kind == JobKind.DPO,
        Nomination.starts_on <= _TODAY,
        or_(Nomination.ends_on.is_(None), Nomination.ends_on >= _TODAY),
        or_(_written(Nomination.contact_email), _written(Nomination.contact_page)),
    )
).correlate(Activity)

_is_named = or_(_written(Recipient.name), _written(Recipient.category), Recipient.processor_id.is_not(None))

REQUIRED, RECOMMENDED = Severity.REQUIRED, Severity.RECOMMENDED

CHECKS: tuple[Check, ...] = (
    Check(
        "controller",
        "a",
        REQUIRED,
        N_("Complétez l’adresse et les coordonnées du responsable de traitement."),
        "actors",
        or_(_establishment_has("address", "email"), _named_actor),
        "RGPD art. 30(1)(a)",
    ),
    Check(
        "dpo",
        "a",
        REQUIRED,
        N_("Indiquez le nom et les coordonnées du DPO."),
        "actors",
        or_(
            _establishment_has("dpo_name", "dpo_email"),
            _dpo_is_nominated,
            _any(ActivityActor, ActivityActor.role == ActorRole.DPO),
        ),
        "RGPD art. 30(1)(a)",
    ),
    Check(
        "joint",
        "a",
        REQUIRED,
        N_("Nommez au moins un responsable conjoint."),
        "actors",
        or_(Activity.kind != Kind.JOINT, _joint),
        "RGPD art. 30(1)(a)",
    ),
    Check(
        "served",
        "a",
        REQUIRED,
        N_("Nommez le responsable pour le compte duquel l’établissement agit."),
        "actors",
        or_(Activity.kind != Kind.PROCESSOR, _served),
        "RGPD art. 30(2)(a)",
    ),
    Check(
        "purpose",
        "b",
        REQUIRED,
        N_("Indiquez la finalité principale."),
        "purposes",
        _any(Purpose),
        "RGPD art. 30(1)(b), 30(2)(b)",
    ),
    Check(
        "persons",
        "c",
        REQUIRED,
        N_("Indiquez au moins une catégorie de personnes concernées."),
        "data",
        _for_controllers(_any(PersonGroup)),
        "RGPD art. 30(1)(c)",
    ),
    Check(
        "data",
        "c",
        REQUIRED,
        N_("Indiquez au moins une catégorie de données."),
        "data",
        _for_controllers(_any(DataItem)),
        "RGPD art. 30(1)(c)",
    ),
    Check(
        "recipients",
        "d",
        REQUIRED,
        N_("Indiquez au moins un destinataire, interne ou externe : son nom ou sa catégorie."),
        "recipients",
        _for_controllers(_any(Recipient, _is_named)),
        "RGPD art. 30(1)(d)",
    ),
    Check(
        "transfers",
        "e",
        REQUIRED,
        N_("Dites s’il y a des transferts hors UE et, s’il y en a, vers quel pays."),
        "recipients",
        or_(
            and_(Activity.transfers_exist == false(), ~_any(Transfer)),
            and_(Activity.transfers_exist.is_not(false()), _every(Transfer, _written(Transfer.country))),
        ),
        "RGPD art. 30(1)(e), 30(2)(c)",
    ),
    Check(
        "retention",
        "f",
        REQUIRED,
        N_("Indiquez au moins une durée de conservation, en chiffres ou en toutes lettres."),
        "retentions",
        _for_controllers(_any(Retention, or_(Retention.duration.is_not(None), _written(Retention.wording)))),
        "RGPD art. 30(1)(f)",
    ),
    Check(
        "security",
        "g",
        REQUIRED,
        N_("Décrivez au moins une mesure de sécurité."),
        "security",
        _any(SecurityMeasure),
        "RGPD art. 30(1)(g), 30(2)(d)",
    ),
    Check(
        "lawful_basis",
        "basis",
        RECOMMENDED,
        N_("Donnez une base légale à chaque finalité."),
        "purposes",
        _for_controllers(_every(Purpose, _written(Purpose.lawful_basis))),
        "CNIL, guide du DPO",
    ),
    Check(
        "basis_reference",
        "basis",
        RECOMMENDED,
        N_("Citez le texte qui fonde chaque obligation légale ou mission d’intérêt public."),
        "purposes",
        ~_any(
            Purpose,
            Purpose.lawful_basis.in_(("legal_obligation", "public_task")),
            ~_written(Purpose.lawful_basis_reference),
        ),
        "RGPD art. 6(3)",
    ),
    Check(
        "legitimate_interest",
        "basis",
        RECOMMENDED,
        N_("Documentez la mise en balance de l’intérêt légitime."),
        "purposes",
        ~_any(Purpose, Purpose.lawful_basis == "legitimate_interests", ~_written(Purpose.legitimate_interest)),
        "RGPD art. 6(1)(f)",
    ),
    Check(
        "art9",
        "basis",
        RECOMMENDED,
        N_("Indiquez la condition de l’article 9 pour les données sensibles."),
        "purposes",
        _for_controllers(
            or_(
                Activity.sensitive.is_(None),
                Activity.sensitive == false(),
                _any(Purpose, _written(Purpose.art9_condition)),
            )
        ),
        "RGPD art. 9(2)",
    ),
    Check(
        "sensitive",
        "data",
        RECOMMENDED,
        N_("Dites que le traitement porte sur des données sensibles : des données citées relèvent de l’article 9."),
        "identity",
        or_(Activity.sensitive == true(), ~_any(DataItem, DataItem.category.in_(sorted(ART9)))),
        "RGPD art. 9(1)",
    ),
    Check(
        "source",
        "data",
        RECOMMENDED,
        N_("Précisez l’origine de chaque catégorie de données."),
        "data",
        _for_controllers(~_any(DataItem, DataItem.source.is_(None))),
        "RGPD art. 14(2)(f)",
    ),
    Check(
        "retention_verified",
        "retention",
        RECOMMENDED,
        N_("Confirmez les durées de conservation marquées « à vérifier »."),
        "retentions",
        ~_any(Retention, Retention.confidence.in_(DOUBTFUL), Retention.confirmed_at.is_(None)),
        "RGPD art. 5(1)(e)",
    ),
    Check(
        "safeguards",
        "transfers",
        RECOMMENDED,
        N_("Indiquez la garantie de chaque transfert hors UE."),
        "recipients",
        ~_any(Transfer, ~_written(Transfer.mechanism)),
        "RGPD art. 44 à 49",
    ),
    Check(
        "information",
        "rights",
        RECOMMENDED,
        N_("Dites comment les personnes sont informées."),
        "rights",
        _for_controllers(_written(Activity.information)),
        "RGPD art. 13 et 14",
    ),
    Check(
        "rights",
        "rights",
        RECOMMENDED,
        N_("Dites comment les droits s’exercent."),
        "rights",
        _for_controllers(_written(Activity.rights)),
        "CNIL, guide du DPO",
    ),
    Check(
        "automated",
        "rights",
        RECOMMENDED,
        N_("Dites s’il y a une décision automatisée et, si oui, sa logique."),
        "rights",
        or_(
            Activity.automated_decision == false(),
            and_(Activity.automated_decision == true(), _written(Activity.automated_logic)),
        ),
        "RGPD art. 22, 13(2)(f)",
    ),
    Check(
        "owner",
        "owner",
        RECOMMENDED,
        N_("Nommez le service responsable et un contact."),
        "identity",
        and_(
            or_(Activity.department_id.is_not(None), _written(Activity.owner_service)), _written(Activity.contact_name)
        ),
        "CNIL, guide du DPO",
    ),
    Check(
        "access_rights",
        "access",
        RECOMMENDED,
        N_("Décrivez qui accède aux données et pour quoi faire."),
        "access",
        _any(AccessRight),
        "HOP’EN P3.6",
    ),
    Check(
        "dpia",
        "dpia",
        RECOMMENDED,
        N_("Menez l’AIPD que les critères demandent, ou justifiez de l’écarter."),
        "dpia",
        or_(
            Activity.dpia_progress == DpiaProgress.DONE,
            Activity.dpia_override != DpiaNeed.REQUIRED,
            and_(
                Activity.dpia_override.is_(None),
                or_(Activity.dpia_listed.is_(None), Activity.dpia_listed == false()),
                func.coalesce(func.json_array_length(Activity.dpia_criteria), 0) < 2,
            ),
        ),
        "RGPD art. 35, CNIL 2018-327",
    ),
    Check(
        "review",
        "owner",
        RECOMMENDED,
        N_("Fixez la date de la prochaine revue."),
        "identity",
        Activity.review_on.is_not(None),
        "CNIL, guide du DPO",
    ),
)

BY_SEVERITY = {severity: tuple(c for c in CHECKS if c.severity is severity) for severity in Severity}


def _sum(conditions: list[ColumnElement[Any]]) -> ColumnElement[int]:
    total: ColumnElement[int] = literal(0)
    for condition in conditions:
        total = total + case((condition, 1), else_=0)
    return total


def groups_held() -> ColumnElement[int]:
    """SQL: how many of the seven groups of article 30 the record fills."""
    return _sum([and_(*(c.holds for c in BY_SEVERITY[REQUIRED] if c.group == group)) for group in GROUPS])


def recommendations_held() -> ColumnElement[int]:
    """SQL: how many of the recommended checks the record passes."""
    return _sum([check.holds for check in BY_SEVERITY[RECOMMENDED]])


def is_complete() -> ColumnElement[bool]:
    """SQL: the record has all that article 30 requires."""
    return and_(*(check.holds for check in BY_SEVERITY[REQUIRED]))
