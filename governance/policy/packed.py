"""What the policy gives to a pack of evidence: its text and that it is applied; weaknesses only to who asks."""

from collections.abc import Iterator
from io import BytesIO

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import undefer

from exports.policy import booklet, proof, sheets
from exports.policy import procedure as incidents
from governance.database import session
from governance.packing import Given, gives
from governance.policy import application_queries, findings_queries, queries
from governance.policy import life_queries as life
from governance.policy.incident import told
from governance.visitor import visitor
from models.base import now, today
from models.establishments import Establishment
from models.hopen.pack import Audience
from models.people import Person
from models.permissions import Permission
from models.policy.derogation import Derogation
from models.policy.findings import PolicyAudit
from models.policy.meeting import PolicyMeeting
from models.policy.observance import Observance
from models.policy.policy import Policy, PolicyVersion
from models.policy.training import TrainingSession
from models.policy.words import PolicyStatus
from models.vocabulary import N_
from seed.policy import labels

TITLE = N_("Politique de sécurité")
TOLD = Audience.HOPEN, Audience.CERTIFICATION, Audience.GROUP


@gives(TITLE, Permission.POLICY_READ, *TOLD)
def to_pack(home: Establishment) -> Iterator[Given]:
    """The policy in force as it was published, what is done in an incident, the rules, audits, meetings."""
    for version in _versions(home):
        held = queries.consultations(version.policy, version.number)
        content = booklet.booklet(version, held, home.name, today())
        yield Given.of(f"pssi-v{version.number}.pdf", version.journal_title(), content)
        procedure = incidents.booklet(told(version.policy), labels("roles"), home.name, today())
        yield Given.of("procedure-incident.pdf", _("Procédure en cas d’incident grave"), procedure)
    if rules := _rules(home):
        content = proof.rules(rules, home, today()).pdf(today())
        yield Given.of("regles.pdf", _("État d’application des règles de la PSSI"), content)
    audits = [proof.Audited(one.audit, one.findings, one.open_actions) for one in _audits(home)]
    meetings = session.scalars(
        select(PolicyMeeting).where(PolicyMeeting.establishment_id == home.id).order_by(PolicyMeeting.held_on.desc())
    ).all()
    content = proof.alive(audits, meetings, home, today()).pdf(today())
    yield Given.of("audits-et-reunions.pdf", _("Suivi des audits et des réunions"), content)


@gives(TITLE, Permission.TRAINING_READ, *TOLD)
def awareness(home: Establishment) -> Iterator[Given]:
    """The rates of awareness by department, and the sessions: nobody's name."""
    rates = [
        (one.department or _("Sans service"), one.present, one.trained, one.share)
        for one in life.rates_by_department_of(Person.establishment_id == home.id, today())
    ]
    order = TrainingSession.held_on.desc(), TrainingSession.title
    ids = select(TrainingSession.id).where(TrainingSession.establishment_id == home.id).order_by(*order)
    chosen = list(session.scalars(ids))
    lines = life.session_lines(chosen)
    held = [(lines[one].session, lines[one].listed, lines[one].attended) for one in chosen]
    content = proof.aware(proof.Aware(rates, held), home, today()).pdf(today())
    yield Given.of("sensibilisation.pdf", _("Sensibilisation à la sécurité"), content)


@gives(
    TITLE, Permission.POLICY_EXPORT, *TOLD,
    reserved=N_("Les constats de la PSSI : écarts des règles, dérogations, constats d’audit"),
)  # fmt: skip
def weaknesses(home: Establishment) -> Iterator[Given]:
    """What is left to do on each rule, the derogations, and what audits found."""
    derogated = session.scalars(
        application_queries.whole_derogation()
        .where(Derogation.establishment_id == home.id)
        .order_by(Derogation.reference)
    ).all()
    book = sheets.rules_book(_rules(home), derogated, home, visitor().name, now())
    yield Given("regles-et-derogations.xlsx", _("Application de la PSSI, diffusion restreinte"), BytesIO(book))
    audits = session.scalars(
        findings_queries.whole_audit().where(PolicyAudit.establishment_id == home.id).order_by(PolicyAudit.reference)
    ).all()
    content = proof.findings(audits, findings_queries.actions_of(*audits), home, today()).pdf(today())
    yield Given.of("constats.pdf", _("Constats d’audit et suites données, diffusion restreinte"), content)


def _versions(home: Establishment) -> list[PolicyVersion]:
    """The policies in force of an establishment, in the version published."""
    here = Policy.establishment_id == home.id, Policy.status == PolicyStatus.PUBLISHED
    in_force = PolicyVersion.number == Policy.published_number
    query = select(PolicyVersion).join(Policy, Policy.id == PolicyVersion.policy_id).where(*here, in_force)
    return list(session.scalars(query.options(undefer(PolicyVersion.content)).order_by(PolicyVersion.title)))


def _rules(home: Establishment) -> list[Observance]:
    published = select(Policy.id).where(Policy.establishment_id == home.id, Policy.status == PolicyStatus.PUBLISHED)
    query = select(Observance).where(Observance.policy_id.in_(published), Observance.withdrawn_on.is_(None))
    return list(session.scalars(query.order_by(Observance.position)))


def _audits(home: Establishment) -> list[findings_queries.AuditLine]:
    """The audits of an establishment, the latest first, with their counts."""
    order = findings_queries.AUDIT_SORTS["date"].desc()
    chosen = list(
        session.scalars(select(PolicyAudit.id).where(PolicyAudit.establishment_id == home.id).order_by(order))
    )
    found = findings_queries.audit_lines(chosen)
    return [found[one] for one in chosen]
