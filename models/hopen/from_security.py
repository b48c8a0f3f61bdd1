"""What job descriptions, nominations, risk analyses, the policy and the information of patients know of the plan."""

import datetime as dt
from typing import Any

from sqlalchemy import Select, and_, func, literal, or_, select

from models.establishments import Establishment
from models.hopen.measures import Measure, one
from models.notices.check import InformationCheck
from models.notices.diffusion import DiffusionProcedure
from models.notices.notice import PatientNotice
from models.notices.words import NoticeStatus, ProcedureStatus
from models.policy.findings import PolicyAudit
from models.policy.meeting import PolicyMeeting
from models.policy.policy import Policy
from models.policy.training import COUNTS_FOR, TrainingSession
from models.policy.words import AuditKind, MeetingKind, PolicyStatus
from models.positions.description import JobDescription
from models.positions.nomination import Nomination
from models.positions.words import DescriptionStatus, Employment, JobKind
from models.risks.analysis import Analysis
from models.risks.words import Standing
from models.vocabulary import N_

YEAR = dt.timedelta(days=366)
REVIEWS = 2
"""Two meetings of the RSSI with the management each year (domain note, 2.2: a secondary source, to verify)."""

MEASURES = (
    Measure("job", ("P2.4-O1-A3",), N_("Fiche de poste de RSSI validée : %(met)s sur %(counted)s"), "positions"),
    Measure("officer", ("P2.4-O2-A3", "P2.4-O2-A4"), N_("RSSI en fonction : %(met)s sur %(counted)s"), "positions"),
    Measure("policy", ("P2.4-O3-A4",), N_("PSSI publiée, revue à temps : %(met)s sur %(counted)s"), "policy"),
    Measure(
        "analysis", ("P2.4-O4-A1",), N_("Analyse de risques validée, revue à temps : %(met)s sur %(counted)s"), "risks"
    ),
    Measure(
        "audited", ("P2.4-O5-A1",), N_("Contrôle de la PSSI réalisé depuis un an : %(met)s sur %(counted)s"), "policy"
    ),
    Measure(
        "reviewed_risks",
        ("P2.4-O5-A2",),
        N_("Analyse de risques validée depuis un an : %(met)s sur %(counted)s"),
        "risks",
    ),
    Measure(
        "trained",
        ("P2.4-O5-A3",),
        N_("Séance de sensibilisation tenue depuis un an : %(met)s sur %(counted)s"),
        "policy",
    ),
    Measure("probed", ("P2.4-O5-A4",), N_("Audit externe réalisé depuis un an : %(met)s sur %(counted)s"), "policy"),
    Measure(
        "steered", ("P2.4-O3-A3",), N_("%(met)s revues du RSSI avec la direction sur %(counted)s en un an"), "policy"
    ),
    Measure("noticed", ("P3.3-O1-A3",), N_("Information des patients publiée : %(met)s sur %(counted)s"), "notices"),
    Measure(
        "handed", ("P3.3-O2-A1", "P3.3-O2-A2"), N_("Procédure de remise validée : %(met)s sur %(counted)s"), "notices"
    ),
    Measure(
        "seen",
        ("P3.3-O3-A2",),
        N_("Information vérifiée auprès des patients depuis un an : %(met)s sur %(counted)s"),
        "notices",
    ),
)


def from_security(today: dt.date) -> Select[Any]:
    """Each establishment, and for each measure whether a record of the other rooms holds it today."""
    year = today - YEAR
    rules = {
        "job": _has(
            JobDescription, JobDescription.kind == JobKind.RSSI, JobDescription.status == DescriptionStatus.VALIDATED
        ),
        "officer": _has(Nomination, Nomination.kind == JobKind.RSSI, _in_office(today)),
        "policy": _has(
            Policy, Policy.status == PolicyStatus.PUBLISHED, or_(Policy.review_on.is_(None), Policy.review_on >= today)
        ),
        "analysis": _has(Analysis, Analysis.standing == Standing.VALIDATED, Analysis.review_on >= today),
        "audited": _has(PolicyAudit, PolicyAudit.held_on >= year),
        "reviewed_risks": _has(Analysis, Analysis.standing == Standing.VALIDATED, Analysis.approved_on >= year),
        "trained": _has(TrainingSession, TrainingSession.held_on.between(today - COUNTS_FOR, today)),
        "probed": _has(PolicyAudit, PolicyAudit.kind == AuditKind.EXTERNAL, PolicyAudit.held_on >= year),
        "noticed": _has(PatientNotice, PatientNotice.status == NoticeStatus.PUBLISHED),
        "handed": _has(DiffusionProcedure, DiffusionProcedure.status == ProcedureStatus.VALIDATED),
        "seen": _has(InformationCheck, InformationCheck.checked_on >= year),
    }
    columns = [column for key, rule in rules.items() for column in _answered(key, rule)]
    met = PolicyMeeting.establishment_id == Establishment.id, PolicyMeeting.kind == MeetingKind.MANAGEMENT
    reviews = select(func.count()).select_from(PolicyMeeting).where(*met, PolicyMeeting.held_on.between(year, today))
    columns += [
        reviews.correlate(Establishment).scalar_subquery().label("steered_met"),
        literal(REVIEWS).label("steered_counted"),
    ]
    return select(Establishment.id.label("place"), *columns)


def _has(model: Any, *rules: Any) -> Any:
    return select(model.id).where(model.establishment_id == Establishment.id, *rules).exists()


def _answered(key: str, rule: Any) -> list[Any]:
    return [one(rule).label(f"{key}_met"), literal(1).label(f"{key}_counted")]


def _in_office(today: dt.date) -> Any:
    return and_(Nomination.starts_on <= today, or_(Nomination.ends_on.is_(None), Nomination.ends_on >= today))


def holds_dpo(today: dt.date, *, outside: bool) -> Any:
    """SQL over Establishment: a DPO is in office there by a nomination, external or not."""
    external = Nomination.employment == Employment.EXTERNAL
    return _has(Nomination, Nomination.kind == JobKind.DPO, _in_office(today), external if outside else ~external)
