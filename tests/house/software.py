"""The inventory's part of the ground: an application, its vendor, an open assessment, an exchange, a decision."""

import uuid
from typing import Any

from sqlalchemy.orm import Session

from models.base import now, today
from models.inventory.application import Application
from models.inventory.assessment import Assessment
from models.inventory.criteria import Criterion
from models.inventory.followup import Arbitration, Exchange
from models.inventory.vendor import Vendor, VendorContact
from models.inventory.words import Channel, Choice


def lay_software(session: Session, place: uuid.UUID) -> dict[str, Any]:
    """Make one of each in an establishment, and give them by kind."""
    at = now()
    vendor = Vendor(establishment_id=place, name="Éditeur de l’Anse", contacts=[VendorContact(name="Nora Vidal")])
    application = Application(
        establishment_id=place, reference="A-2026-001", name="Dossier patient", vendor=vendor, holds_health_data=True
    )
    application.touch("Daniel Silva", at)
    session.add(application)
    session.flush()
    assessment = Assessment.begin(
        application, [one.code for one in session.scalars(Criterion.listed())], None, "Rachid Simon", at
    )
    owned = {"establishment_id": place, "application": application}
    exchange = Exchange(
        asked_on=today(),
        asked_by="Daniel Silva",
        channel=Channel.EMAIL,
        question="Délai ?",
        committed_on=today(),
        **owned,
    )
    decision = Arbitration(
        choice=Choice.KEEP, reason="Suffisant", decided_by="Daniel Silva", decided_on=today(), **owned
    )
    session.add_all([assessment, exchange, decision])
    session.flush()
    return {
        "application": application,
        "vendor": vendor,
        "assessment": assessment,
        "exchange": exchange,
        "decision": decision,
    }
