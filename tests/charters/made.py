"""Charters made straight in the database, for tests that need one there."""

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from models.base import now, today
from models.charters.charter import Charter, Release
from models.charters.consultation import Consultation
from models.charters.exact import frozen
from models.charters.parts import CharterSection
from models.charters.verification import Verification
from models.charters.words import CharterStatus, Finding, Frequency, SectionKind
from models.consulting import GovernanceBody, Opinion
from seed.charters import fill_from_model


def published_charter(session: Session, place: uuid.UUID | None, title: str = "Charte d’usage") -> Charter:
    """A charter of the model whose blanks are filled, published once; common to the group without a `place`."""
    charter = Charter(establishment_id=place, title=title, status=CharterStatus.DRAFT, language="fr")
    fill_from_model(charter, {})
    for blank in charter.blanks:
        blank.value = blank.value or blank.example or "à définir"
    charter.touch("Diane Petit", now())
    session.add(charter)
    session.flush()
    consulted(session, charter)
    release(session, charter)
    return charter


def uploaded_charter(session: Session, place: uuid.UUID) -> Charter:
    """A charter in preparation whose text is a PDF."""
    charter = Charter(establishment_id=place, title="Charte déposée", status=CharterStatus.DRAFT, language="fr")
    charter.put_pdf(b"%PDF-1.7 charte", "charte.pdf")
    charter.touch("Diane Petit", now())
    session.add(charter)
    session.flush()
    return charter


def release(session: Session, charter: Charter) -> None:
    """Publish the next version of a charter, as a major one."""
    decision = Release(
        by="Diane Petit", at=now(), on=today(), is_major=True, effective_on=today(),
        accept_before=today() + dt.timedelta(days=30), note="Ce qui change", unconsulted_reason=None,
    )  # fmt: skip
    version = charter.publish(frozen(charter, decision), decision, consulted=True)
    session.add(version)
    session.flush()
    version.tell_published(session)


def consulted(session: Session, charter: Charter) -> Consultation:
    """A consultation on the version to come."""
    held = Consultation(
        charter_id=charter.id, number=charter.next_number, body=GovernanceBody.MEDICAL_COMMITTEE, body_name="",
        held_on=today(), opinion=Opinion.FAVOURABLE, recorded_by="Diane Petit",
    )  # fmt: skip
    session.add(held)
    session.flush()
    return held


def checked(session: Session, charter: Charter, place: uuid.UUID, **fields: object) -> Verification:
    """A check of application, to make again every quarter."""
    usual = {
        "title": "Sessions", "checked_on": today(), "checked_by": "Diane", "scope": "Urgences", "method": "Visite",
        "finding": Finding.APPLIED, "frequency": Frequency.QUARTERLY,
    }  # fmt: skip
    done = Verification(charter_id=charter.id, establishment_id=place, **{**usual, **fields})
    session.add(done)
    session.flush()
    return done


def first_article(charter: Charter) -> CharterSection:
    return next(section for section in charter.sections if section.kind is SectionKind.ARTICLE)
