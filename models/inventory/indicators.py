"""The indicators that the inventory answers: for each, whom it counts and who meets it. One rule for list and figure.

Every rule is SQL over `standing()`: Application beside its current Assessment, which may be absent.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from models.inventory.application import Application, AvailabilityMonth
from models.inventory.assessment import Assessment
from models.inventory.followup import DECIDE_WITHIN, Arbitration, Exchange, decided
from models.inventory.words import CRITICAL, PATIENT_DOMAINS, READY, Domain, Link, Status
from models.vocabulary import N_

Rule = ColumnElement[bool]

TESTED_WITHIN, MEASURED_WITHIN = dt.timedelta(days=366), dt.timedelta(days=92)
"""How fresh a test of recovery and a measure of availability are to count (proposals of the product)."""


def standing(*columns: Any) -> Select[Any]:
    """`columns` of every application, its current assessment beside it when there is one."""
    current = and_(Assessment.application_id == Application.id, Assessment.is_current())
    return select(*columns).select_from(Application).outerjoin(Assessment, current)


@dataclass(frozen=True)
class Indicator:
    """A share of the inventory. `counted`: the denominator's rule; `met`: the numerator's, among those counted."""

    code: str
    key: str
    title: str
    counts: str
    meets: str
    counted: Rule
    met: Callable[[dt.date], Rule]

    def reached(self, today: dt.date) -> Rule:
        return and_(self.counted, self.met(today))

    def missed(self, today: dt.date) -> Rule:
        return and_(self.counted, ~func.coalesce(self.met(today), False))


_LIVE: Rule = Application.status == Status.PRODUCTION
_OF_PATIENTS: Rule = and_(_LIVE, Application.domain.in_(PATIENT_DOMAINS))
_CRITICAL: Rule = and_(_LIVE, Application.criticality.in_(CRITICAL))


def _concerned(link: Any) -> Rule:
    return or_(link.is_(None), link != Link.NOT_CONCERNED)


def _measured(today: dt.date) -> Rule:
    fresh = AvailabilityMonth.month >= today - MEASURED_WITHIN
    return Application.id.in_(select(AvailabilityMonth.application_id).where(fresh))


P34 = Indicator(
    "P3.4",
    "p34",
    N_("Authentification personnelle"),
    N_("Applications en production qui contiennent des données de santé à caractère personnel."),
    N_("AUT01, AUT05 et AUT20 conformes au dernier audit validé, ou sans objet avec un motif écrit."),
    and_(_LIVE, Application.holds_health_data.is_(True)),
    lambda _: Assessment.core_met.is_(True),
)

OTHERS = (
    Indicator(
        "P1.1",
        "p11",
        N_("Référentiel unique d’identités"),
        N_("Applications de soins, de gestion des patients et de PMSI, en production et concernées."),
        N_("Raccordées au référentiel d’identités, INS gérée."),
        and_(_OF_PATIENTS, _concerned(Application.identity_link)),
        lambda _: and_(Application.identity_link == Link.CONNECTED, Application.manages_ins.is_(True)),
    ),
    Indicator(
        "P1.3",
        "p13",
        N_("Référentiel des séjours et mouvements"),
        N_("Applications de soins, de gestion des patients et de PMSI, en production et concernées."),
        N_("Raccordées au référentiel des séjours et mouvements."),
        and_(_OF_PATIENTS, _concerned(Application.stays_link)),
        lambda _: Application.stays_link == Link.CONNECTED,
    ),
    Indicator(
        "P1.4",
        "p14",
        N_("Référentiel de structure"),
        N_("Applications de soins, de gestion des patients et de PMSI, en production et concernées."),
        N_("Raccordées au référentiel de structure."),
        and_(_OF_PATIENTS, _concerned(Application.structure_link)),
        lambda _: Application.structure_link == Link.CONNECTED,
    ),
    Indicator(
        "P2.1",
        "p21",
        N_("Reprise d’activité"),
        N_("Applications vitales ou de criticité forte, en production."),
        N_("Procédures de redémarrage et de reprise rédigées, reprise essayée depuis moins d’un an."),
        _CRITICAL,
        lambda today: and_(
            Application.restart_procedure.in_(READY),
            Application.recovery_procedure.in_(READY),
            Application.recovery_tested_on >= today - TESTED_WITHIN,
        ),
    ),
    Indicator(
        "P2.2",
        "p22",
        N_("Taux de disponibilité"),
        N_("Applications vitales ou de criticité forte, en production."),
        N_("Disponibilité visée fixée, et mesurée au moins une fois dans les trois derniers mois."),
        _CRITICAL,
        lambda today: and_(Application.availability_target.is_not(None), _measured(today)),
    ),
    Indicator(
        "P2.3",
        "p23",
        N_("Mode dégradé et retour à la normale"),
        N_("Applications vitales ou de criticité forte, en production."),
        N_("Procédures en mode dégradé et de retour à la normale rédigées."),
        _CRITICAL,
        lambda _: and_(Application.degraded_procedure.in_(READY), Application.return_procedure.in_(READY)),
    ),
    Indicator(
        "P4.1",
        "p41",
        N_("Alimentation du DMP"),
        N_("Applications de soins en production et concernées."),
        N_("Alimentent le DMP."),
        and_(_LIVE, Application.domain == Domain.CARE, _concerned(Application.feeds_dmp)),
        lambda _: Application.feeds_dmp == Link.CONNECTED,
    ),
)

INDICATORS = (P34, *OTHERS)


# Questions beside the indicator, each a filter of the list and a figure


@dataclass(frozen=True)
class Shown:
    """A ready-made filter of the list, with the sentence that names it and its rule in SQL."""

    key: str
    title: str
    rule: Callable[[dt.date], Rule]
    tone: str


def _lacking() -> Rule:
    """In the scope of P3.4, assessed, and not compliant."""
    return and_(P34.counted, Assessment.core_met.is_(False))


def _exchanged() -> Rule:
    return Application.id.in_(select(Exchange.application_id))


def _promised(today: dt.date) -> Rule:
    return Application.id.in_(select(Exchange.application_id).where(Exchange.broken_promise(today)))


def _contained(today: dt.date) -> Rule:
    return Application.id.in_(select(Arbitration.application_id).where(Arbitration.expiring(today)))


def _untested() -> Rule:
    return and_(_CRITICAL, Application.recovery_tested_on.is_(None))


def decision_late(today: dt.date) -> Rule:
    """Not compliant, and nothing decided 30 days after the assessment (domain note, 9.7)."""
    return and_(_lacking(), Assessment.assessed_on < today - DECIDE_WITHIN, ~decided(today))


SHOWN = (
    Shown("audites", N_("Auditées (données de santé)"), lambda _: and_(P34.counted, Assessment.id.is_not(None)), "ok"),
    Shown("a-auditer", N_("À auditer"), lambda _: and_(P34.counted, Assessment.id.is_(None)), "warn"),
    Shown("non-conformes", N_("Non conformes"), lambda _: _lacking(), "alert"),
    Shown("editeur-a-contacter", N_("Éditeur à contacter"), lambda _: and_(_lacking(), ~_exchanged()), "warn"),
    Shown("decision-en-retard", N_("Décision en retard"), decision_late, "alert"),
    Shown(
        "engagement-depasse",
        N_("Engagement de l’éditeur dépassé"),
        lambda today: and_(_LIVE, _promised(today)),
        "alert",
    ),
    Shown(
        "mesures-a-echeance",
        N_("Mesures compensatoires à échéance"),
        lambda today: and_(_LIVE, _contained(today)),
        "warn",
    ),
    Shown(
        "sans-donnees-dites",
        N_("Données de santé : non dit"),
        lambda _: and_(_LIVE, Application.holds_health_data.is_(None)),
        "warn",
    ),
    Shown(
        "contrat-a-echeance",
        N_("Contrat à échéance"),
        lambda today: and_(_LIVE, Application.contract_ends_on <= today + dt.timedelta(days=180)),
        "warn",
    ),
    Shown(
        "droits-jamais-revus",
        N_("Droits jamais revus"),
        lambda _: and_(_LIVE, Application.rights_reviewed_on.is_(None)),
        "warn",
    ),
    Shown("reprise-jamais-essayee", N_("Reprise jamais essayée"), lambda _: _untested(), "warn"),
)


def rules(today: dt.date) -> dict[str, Rule]:
    """Every rule by the key that asks for it in the list's address."""
    found = {one.key: one.rule(today) for one in SHOWN}
    for one in INDICATORS:
        found[one.key] = one.counted
        found[f"{one.key}-atteint"] = one.reached(today)
        found[f"{one.key}-manque"] = one.missed(today)
    return found


def titles() -> dict[str, str]:
    """The French title of each of those keys."""
    found = {one.key: one.title for one in SHOWN}
    for one in INDICATORS:
        found[one.key] = f"{one.code} : {N_('concernées')}"
        found[f"{one.key}-atteint"] = f"{one.code} : {N_('atteint')}"
        found[f"{one.key}-manque"] = f"{one.code} : {N_('non atteint')}"
    return found
