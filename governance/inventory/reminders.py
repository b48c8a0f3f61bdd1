"""What the inventory calls to mind: decisions and their ends, vendors' words, contracts, rights and recovery tests."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, func, select

from governance.database import session
from governance.reminding import Due, reminds
from models.base import day_of
from models.establishments import Establishment
from models.inventory.application import Application
from models.inventory.assessment import Assessment
from models.inventory.followup import DECIDE_WITHIN, Arbitration, Exchange
from models.inventory.indicators import TESTED_WITHIN, decision_late, rules, standing
from models.inventory.words import CRITICAL, Status
from models.permissions import Permission, Role
from models.reminders import Subject
from models.vocabulary import N_

KEEPERS = (Role.IT, Role.RSSI)
REVIEW_EVERY = dt.timedelta(days=365)
"""How often who may enter an application is looked at again (proposal of the product)."""
ASSESS_WITHIN = dt.timedelta(days=90)
"""How long after it enters the inventory an application is to be assessed (proposal of the product)."""

LIVE = Application.status == Status.PRODUCTION


def _titled(application: Application) -> str:
    return f"{application.reference} {application.name}"


def _followed(application: Application) -> tuple[str, dict[str, Any]]:
    return "inventory.followup", {"identity": application.id}


@reminds(Subject.INVENTORY, N_("Application non conforme : décision attendue"), to=KEEPERS, required=True)
def decisions(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Applications that do not comply, by the day a decision was due after the audit (domain note, 9.7)."""
    ahead = until + dt.timedelta(days=1)
    query = standing(Application, Assessment.assessed_on).where(LIVE, decision_late(ahead))
    for application, assessed_on in session.execute(query.order_by(Assessment.assessed_on, Application.reference)):
        yield Due(application, assessed_on + DECIDE_WITHIN, _titled(application), at=_followed(application))


def _exchanges(*rules: ColumnElement[bool]) -> Iterator[Any]:
    """(exchange, application) where `rules` hold."""
    query = select(Exchange, Application).join(Application, Application.id == Exchange.application_id)
    return iter(session.execute(query.where(LIVE, *rules).order_by(Exchange.asked_on, Application.reference)).all())


@reminds(Subject.INVENTORY, N_("Réponse attendue d’un éditeur"), to=KEEPERS, steps=(7, 0))
def replies(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Questions put to vendors that wait for their reply."""
    for one, application in _exchanges(Exchange.reply_expected_on <= until, Exchange.replied_on.is_(None)):
        yield Due(application, one.reply_expected_on, _titled(application), part=one, at=_followed(application))


@reminds(Subject.INVENTORY, N_("Engagement d’un éditeur"), to=KEEPERS)
def commitments(today: dt.date, until: dt.date) -> Iterator[Due]:
    """What vendors promised, and did not do yet."""
    for one, application in _exchanges(Exchange.committed_on <= until, Exchange.kept_on.is_(None)):
        yield Due(application, one.committed_on, _titled(application), part=one, at=_followed(application))


def _arbitrations(day: Any, until: dt.date) -> Iterator[Any]:
    query = select(Arbitration, Application).join(Application, Application.id == Arbitration.application_id)
    open_ = Arbitration.closed_on.is_(None), day <= until, LIVE
    return iter(session.execute(query.where(*open_).order_by(day, Application.reference)).all())


@reminds(Subject.INVENTORY, N_("Fin de mesures compensatoires"), to=KEEPERS, required=True)
def containments(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Containments still open, by their end."""
    for one, application in _arbitrations(Arbitration.expires_on, until):
        yield Due(application, one.expires_on, _titled(application), part=one, at=_followed(application))


@reminds(Subject.INVENTORY, N_("Décision à mettre en œuvre"), to=KEEPERS)
def targets(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Decisions still open, by the day they aim at."""
    for one, application in _arbitrations(Arbitration.target_on, until):
        yield Due(application, one.target_on, _titled(application), part=one, at=_followed(application))


@reminds(Subject.INVENTORY, N_("Fin du contrat d’une application"), to=(Role.IT,), steps=(90, 30, 7, 0))
def contracts(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Applications in production, by the end of their contract."""
    query = select(Application).where(LIVE, Application.contract_ends_on <= until)
    for one in session.scalars(query.order_by(Application.contract_ends_on, Application.reference)):
        yield Due(one, one.contract_ends_on, _titled(one))


@reminds(Subject.INVENTORY, N_("Revue des droits d’une application"), to=KEEPERS)
def rights_reviews(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Applications in production whose rights were reviewed, a year after."""
    query = select(Application).where(LIVE, Application.rights_reviewed_on <= until - REVIEW_EVERY)
    for one in session.scalars(query.order_by(Application.rights_reviewed_on, Application.reference)):
        if one.rights_reviewed_on is not None:
            yield Due(one, one.rights_reviewed_on + REVIEW_EVERY, _titled(one))


@reminds(Subject.INVENTORY, N_("Essai de reprise d’une application"), to=(Role.IT,))
def recovery_tests(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Critical applications whose recovery was tested, a year after (HOP’EN P2.1)."""
    tested = Application.recovery_tested_on <= until - TESTED_WITHIN, Application.criticality.in_(CRITICAL)
    query = select(Application).where(LIVE, *tested)
    for one in session.scalars(query.order_by(Application.recovery_tested_on, Application.reference)):
        if one.recovery_tested_on is not None:
            yield Due(one, one.recovery_tested_on + TESTED_WITHIN, _titled(one))


def _never(question: str, within: dt.timedelta, today: dt.date, until: dt.date) -> Iterator[Due]:
    """One thing for each establishment with applications that answer a question of the list: how many, and by when for
    the one that entered the inventory first."""
    counts = standing(Establishment, func.count(), func.min(Application.created_at))
    query = counts.join(Establishment, Establishment.id == Application.establishment_id).where(rules(today)[question])
    for place, number, first in session.execute(query.group_by(Establishment.id).order_by(Establishment.name)):
        day = day_of(first) + within
        if day <= until:
            asked = {"montrer": question, "etablissement": place.code}
            yield Due(place, day, str(number), at=("inventory.index", asked))


@reminds(Subject.INVENTORY, N_("Applications jamais auditées"), to=KEEPERS, needs=Permission.INVENTORY_READ)
def never_assessed(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Applications with health data of which no audit was validated (HOP’EN P3.4, objective 1)."""
    return _never("a-auditer", ASSESS_WITHIN, today, until)


@reminds(Subject.INVENTORY, N_("Droits d’applications jamais revus"), to=KEEPERS, needs=Permission.INVENTORY_READ)
def never_reviewed(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Applications in production whose rights nobody reviewed since they are here."""
    return _never("droits-jamais-revus", REVIEW_EVERY, today, until)


@reminds(Subject.INVENTORY, N_("Reprises jamais essayées"), to=(Role.IT,), needs=Permission.INVENTORY_READ)
def never_tested(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Critical applications whose recovery was never tested (HOP’EN P2.1)."""
    return _never("reprise-jamais-essayee", TESTED_WITHIN, today, until)
