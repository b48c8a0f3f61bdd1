"""What is asked of each room about its establishments: the query that counts, and the lists that answer."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from governance.database import session
from governance.visitor import Visitor
from models.hopen import shown as hopen
from models.hopen.tracking import Pursuit, Step
from models.hopen.words import StepState
from models.inventory import indicators
from models.inventory.application import Application
from models.measures import EXPECTED, Measure, MeasureState
from models.notices.tool import InformationTool
from models.permissions import Permission
from models.plan import OPEN, Action
from models.policy.derogation import Derogation
from models.policy.observance import Observance
from models.policy.policy import Policy
from models.policy.words import SCORES, PolicyStatus, RuleStatus
from models.register import checks
from models.register.activity import Activity
from models.register.words import Status
from models.rights import DataSubjectRequest
from models.risks import shown as risks
from models.risks.analysis import Analysis
from models.risks.scenario import Scenario
from models.vocabulary import N_


@dataclass(frozen=True)
class Asked:
    """One question of a block: the list that answers it, the columns counted, and how alarming an answer is.

    With `counted`, the answer is a share of that column. `at_a_glance`: the start page of who sees several
    establishments shows it for each.
    """

    title: str
    endpoint: str
    args: dict[str, str]
    met: str
    counted: str | None = None
    tone: str | None = None
    at_a_glance: bool = False


@dataclass(frozen=True)
class Block:
    """The questions to one room: who may ask them, and the query that counts by establishment (`place`).

    `at_start`: the start page shows it too, where the order of her role puts this `word`.
    """

    title: str
    needs: Permission
    counts: Callable[[Visitor, dt.date], Select[Any]]
    asked: tuple[Asked, ...]
    at_start: bool = False

    @property
    def word(self) -> str:
        """The room that answers."""
        return self.needs.partition(":")[0]


def summed(rule: Any, name: str) -> Any:
    """SQL: how many rows hold to a rule, under a name."""
    return func.sum(case((rule, 1), else_=0)).label(name)


def _hopen(who: Visitor, today: dt.date) -> Select[Any]:
    rules = {one.key: one.rule(today) for one in hopen.QUESTIONS}
    applicable = Step.state != StepState.NOT_APPLICABLE
    columns = [summed(Step.state == StepState.DONE, "done"), summed(applicable, "applicable")]
    columns += [summed(rules[key], key) for key in ("en-retard", "bientot", "sans-preuve")]
    columns.append(summed(Step.state == StepState.BLOCKED, "blocked"))
    query = hopen.base(Step.establishment_id.label("place"), *columns)
    return query.where(who.sees(Step, Permission.HOPEN_READ)).group_by(Step.establishment_id)


def _objectives(who: Visitor, today: dt.date) -> Select[Any]:
    query = select(Pursuit.establishment_id.label("place"), summed(Pursuit.late(today), "late"))
    return query.where(who.sees(Pursuit, Permission.HOPEN_READ)).group_by(Pursuit.establishment_id)


def _plan(who: Visitor, today: dt.date) -> Select[Any]:
    columns = [
        summed(Action.id.is_not(None), "open"),
        summed(Action.late(today), "late"),
        summed(Action.soon(today), "soon"),
        summed(Action.owner_name.is_(None), "nobody"),
    ]
    query = select(Action.establishment_id.label("place"), *columns)
    return query.where(who.reads(Action), Action.state.in_(OPEN)).group_by(Action.establishment_id)


def _register(who: Visitor, today: dt.date) -> Select[Any]:
    columns = [
        summed(checks.is_complete(), "complete"),
        summed(Activity.id.is_not(None), "live"),
        summed(Activity.status == Status.VALIDATED, "validated"),
        summed(Activity.review_on < today, "overdue"),
    ]
    query = select(Activity.establishment_id.label("place"), *columns)
    live = and_(who.sees(Activity, Permission.REGISTER_READ), Activity.status != Status.ARCHIVED)
    return query.where(live).group_by(Activity.establishment_id)


def _inventory(who: Visitor, today: dt.date) -> Select[Any]:
    rules = {one.key: one.rule(today) for one in indicators.SHOWN}
    columns = [
        summed(indicators.P34.reached(today), "met"),
        summed(indicators.P34.counted, "counted"),
        summed(rules["a-auditer"], "unassessed"),
        summed(rules["decision-en-retard"], "undecided"),
    ]
    query = indicators.standing(Application.establishment_id.label("place"), *columns)
    return query.where(who.sees(Application, Permission.INVENTORY_READ)).group_by(Application.establishment_id)


def _risks(who: Visitor, today: dt.date) -> Select[Any]:
    """Each scenario is weighed by the scale of its own analysis, so those are read first."""
    readable = who.sees(Analysis, Permission.RISKS_READ)
    analyses = session.scalars(select(Analysis).where(readable, Analysis.latest())).all()
    keys = ("eleves", "sans-reponse", "en-retard", "a-coter")
    query = select(
        Scenario.establishment_id.label("place"),
        *(summed(risks.across(analyses, key, today), key) for key in keys),
    )
    return query.where(Scenario.analysis_id.in_([one.id for one in analyses])).group_by(Scenario.establishment_id)


def _measures(who: Visitor, today: dt.date) -> Select[Any]:
    query = select(
        Measure.establishment_id.label("place"),
        summed(Measure.state == MeasureState.IN_PLACE, "in_place"),
        summed(Measure.state.in_((MeasureState.IN_PLACE, *EXPECTED)), "decided"),
        summed(Measure.late(today), "late"),
    )
    own = and_(who.sees(Measure, Permission.MEASURES_READ), Measure.establishment_id.is_not(None))
    return query.where(own).group_by(Measure.establishment_id)


def _policy(who: Visitor, today: dt.date) -> Select[Any]:
    in_force = select(Policy.id).where(Policy.status == PolicyStatus.PUBLISHED)
    query = select(
        Observance.establishment_id.label("place"),
        summed(Observance.status == RuleStatus.APPLIED, "applied"),
        summed(Observance.status.in_(SCORES), "rated"),
        summed(Observance.status == RuleStatus.NOT_APPLIED, "lacking"),
    )
    kept = and_(Observance.withdrawn_on.is_(None), Observance.policy_id.in_(in_force))
    return query.where(who.sees(Observance, Permission.POLICY_READ), kept).group_by(Observance.establishment_id)


def _derogations(who: Visitor, today: dt.date) -> Select[Any]:
    columns = summed(Derogation.expired(today), "expired"), summed(Derogation.ending(today), "ending")
    query = select(Derogation.establishment_id.label("place"), *columns)
    return query.where(who.sees(Derogation, Permission.POLICY_READ)).group_by(Derogation.establishment_id)


def _tools(who: Visitor, today: dt.date) -> Select[Any]:
    columns = summed(InformationTool.late(today), "late"), summed(InformationTool.unvalidated(), "unvalidated")
    query = select(InformationTool.establishment_id.label("place"), *columns)
    return query.where(who.sees(InformationTool, Permission.NOTICES_READ)).group_by(InformationTool.establishment_id)


def _requests(who: Visitor, today: dt.date) -> Select[Any]:
    one = DataSubjectRequest
    columns = summed(one.answered_on.is_(None), "open"), summed(one.late(today), "late")
    query = select(one.establishment_id.label("place"), *columns)
    return query.where(who.sees(one, Permission.RIGHTS_READ)).group_by(one.establishment_id)


BLOCKS = (
    Block(
        N_("Où en sommes-nous sur HOP’EN ?"),
        Permission.HOPEN_READ,
        _hopen,
        (
            Asked(N_("Actions faites"), "hopen.steps", {"etat": "done"}, "done", "applicable"),
            Asked(N_("Actions en retard"), "hopen.steps", {"montrer": "en-retard"}, "en-retard", tone="alert"),
            Asked(N_("Actions bloquées"), "hopen.steps", {"etat": "blocked"}, "blocked", tone="alert"),
            Asked(N_("Échéance sous 30 jours"), "hopen.steps", {"montrer": "bientot"}, "bientot", tone="warn"),
            Asked(N_("Faites sans preuve"), "hopen.steps", {"montrer": "sans-preuve"}, "sans-preuve", tone="warn"),
        ),
        at_start=True,
    ),
    Block(
        N_("Quels objectifs sont en retard ?"),
        Permission.HOPEN_READ,
        _objectives,
        (Asked(N_("Objectifs en retard"), "hopen.objectives", {"montrer": "en-retard"}, "late", tone="alert"),),
    ),
    Block(
        N_("Qui a quoi à faire ?"),
        Permission.PLAN_READ,
        _plan,
        (
            Asked(N_("Actions ouvertes"), "plan.index", {}, "open"),
            Asked(N_("En retard"), "plan.index", {"montrer": "en-retard"}, "late", tone="alert"),
            Asked(N_("À faire sous 7 jours"), "plan.index", {"montrer": "bientot"}, "soon", tone="warn"),
            Asked(N_("Sans responsable"), "plan.index", {"montrer": "sans-responsable"}, "nobody", tone="warn"),
        ),
        at_start=True,
    ),
    Block(
        N_("Quels risques restent ?"),
        Permission.RISKS_READ,
        _risks,
        (
            Asked(N_("Risques élevés"), "risks.everything", {"montrer": "eleves"}, "eleves", tone="warn"),
            Asked(
                N_("Élevés sans réponse"), "risks.everything", {"montrer": "sans-reponse"}, "sans-reponse", tone="alert"
            ),
            Asked(N_("Échéances passées"), "risks.everything", {"montrer": "en-retard"}, "en-retard", tone="alert"),
            Asked(N_("Scénarios à coter"), "risks.everything", {"montrer": "a-coter"}, "a-coter", tone="warn"),
        ),
        at_start=True,
    ),
    Block(
        N_("Les mesures de sécurité avancent-elles ?"),
        Permission.MEASURES_READ,
        _measures,
        (
            Asked(N_("Mesures en place"), "risks.measures", {"etat": "in_place"}, "in_place", "decided"),
            Asked(N_("Mesures en retard"), "risks.measures", {"montrer": "en-retard"}, "late", tone="alert"),
        ),
    ),
    Block(
        N_("Le registre tient-il ?"),
        Permission.REGISTER_READ,
        _register,
        (
            Asked(N_("Fiches validées"), "register.index", {"etat": "validated"}, "validated", "live"),
            Asked(N_("Fiches complètes (art. 30)"), "register.index", {"montrer": "completes"}, "complete", "live"),
            Asked(N_("Revues en retard"), "register.index", {"montrer": "a-revoir"}, "overdue", tone="alert"),
        ),
    ),
    Block(
        N_("Qui se connecte, et comment ?"),
        Permission.INVENTORY_READ,
        _inventory,
        (
            Asked(
                N_("Authentification personnelle (P3.4)"),
                "inventory.index",
                {"montrer": "p34-atteint"},
                "met",
                "counted",
                at_a_glance=True,
            ),
            Asked(N_("Applications à auditer"), "inventory.index", {"montrer": "a-auditer"}, "unassessed", tone="warn"),
            Asked(
                N_("Décisions en retard"),
                "inventory.index",
                {"montrer": "decision-en-retard"},
                "undecided",
                tone="alert",
            ),
        ),
    ),
    Block(
        N_("La politique de sécurité est-elle appliquée ?"),
        Permission.POLICY_READ,
        _policy,
        (
            Asked(N_("Règles appliquées"), "policy.rules", {"etat": "applied"}, "applied", "rated"),
            Asked(N_("Règles non appliquées"), "policy.rules", {"etat": "not_applied"}, "lacking", tone="alert"),
        ),
    ),
    Block(
        N_("Quelles dérogations courent ?"),
        Permission.POLICY_READ,
        _derogations,
        (
            Asked(N_("Expirées"), "policy.derogations", {"montrer": "expirees"}, "expired", tone="alert"),
            Asked(N_("À terme sous 60 jours"), "policy.derogations", {"montrer": "a-terme"}, "ending", tone="warn"),
        ),
    ),
    Block(
        N_("Les patients sont-ils informés ?"),
        Permission.NOTICES_READ,
        _tools,
        (
            Asked(N_("Supports à vérifier"), "notices.tools", {"montrer": "a-verifier"}, "late", tone="warn"),
            Asked(
                N_("Supports à faire valider"), "notices.tools", {"montrer": "a-valider"}, "unvalidated", tone="warn"
            ),
        ),
    ),
    Block(
        N_("Les demandes de droits ont-elles leur réponse ?"),
        Permission.RIGHTS_READ,
        _requests,
        (
            Asked(N_("Sans réponse"), "notices.requests", {"montrer": "en-cours"}, "open"),
            Asked(N_("En retard"), "notices.requests", {"montrer": "en-retard"}, "late", tone="alert"),
        ),
    ),
)
