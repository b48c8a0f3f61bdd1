"""Validated activities and published notices made straight in the database, for tests that need some there."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exports.notices import page
from models.base import now, today
from models.establishments import Establishment
from models.journal import Verb, tell
from models.notices.composing import Contacts, Order, compose
from models.notices.content import content_of
from models.notices.notice import Frozen, NoticeVersion, PatientNotice
from models.notices.words import Audience, NoticeStatus
from models.register.activity import Activity
from models.register.catalogue import TypicalProcessing
from models.register.portable import activity_from
from models.register.typical import record_from
from models.versions import publish
from seed.notices import lexicon
from tests.cast import Stage

TITLE = "Vos données de santé"
DESK = "l’accueil des usagers"


def activity(
    session: Session, place: uuid.UUID, code: str = "TP01", reference: str = "T-2026-101", **fields: Any
) -> Activity:
    """A validated record from a typical processing, complete enough for a notice to tell of it."""
    content = session.scalars(select(TypicalProcessing.content).where(TypicalProcessing.code == code)).one()
    record = record_from(content)
    record["fields"] |= {
        "reference": reference, "transfers_exist": False, "automated_decision": False, **fields,
    }  # fmt: skip
    made = activity_from(record, session.get_one(Establishment, place), {}, {}, "Diane Petit", now())
    session.add(made)
    session.flush()
    revalidate(session, made)
    return made


def revalidate(session: Session, made: Activity) -> None:
    """Put the next version of a record in force."""
    made.qualify([])
    made.validate((made.validated_version or 0) + 1, today() + dt.timedelta(days=300))
    publish(session, made, made.state(), "Diane Petit", now())
    session.flush()


def notice(session: Session, activities: list[Activity], slug: str = "cha-vos-donnees", **more: Any) -> PatientNotice:
    """A notice in preparation that tells of some records."""
    first = activities[0]
    made = PatientNotice(
        establishment_id=first.establishment_id, title=TITLE, slug=slug, audience=Audience.ADULT,
        status=NoticeStatus.DRAFT,
    )  # fmt: skip
    for name, value in more.items():
        setattr(made, name, value)
    made.pick(activities)
    made.fill({"service_acces_dossier": DESK})
    made.touch("Diane Petit", now())
    session.add(made)
    session.flush()
    return made


def contacts(place: Establishment) -> Contacts:
    address = f"{place.address}, {place.postcode} {place.city}"
    return Contacts(place.name, address, place.dpo_email or "", place.dpo_phone or "", place.dpo_address or address)


def order(made: PatientNotice, place: Establishment) -> Order:
    return Order(
        title=made.title, activities=[pick.activity for pick in made.picks], lexicon=lexicon(made.audience, {}),
        contacts=contacts(place), values=made.values(), address=f"https://vigie.example/information/lire/{made.slug}",
        number=made.next_number, on=today(),
    )  # fmt: skip


def release(session: Session, made: PatientNotice, note: str | None = None) -> NoticeVersion:
    """Publish the next version of a notice."""
    asked = order(made, session.get_one(Establishment, made.establishment_id))
    content = content_of(asked, compose(asked))
    frozen = Frozen(content, page.fragment(content), content["contacts"])
    version = made.publish(frozen, "Diane Petit", now(), note)
    session.add(version)
    session.flush()
    tell(session, Verb.PUBLISHED, made, number=version.number, digest=version.digest, major=True)
    return version


def published_notice(session: Session, place: uuid.UUID, slug: str = "cha-vos-donnees") -> PatientNotice:
    """A notice that tells of the medical record, published once."""
    made = notice(session, [activity(session, place)], slug)
    release(session, made)
    return made


KINDS_OF_ENDPOINTS: dict[str, str] = {}


def things(session: Session, stage: Stage) -> dict[str, dict[str, dict[str, Any]]]:
    """What names one of each kind in each hospital."""
    found: dict[str, dict[str, dict[str, Any]]] = {"notice": {}}
    for whose, code in (("CHA", "CHA"), ("CHE", "CHE")):
        made = published_notice(session, stage.establishments[code], f"{code.lower()}-vos-donnees")
        found["notice"][whose] = {"identity": made.id, "slug": made.slug}
    return found
