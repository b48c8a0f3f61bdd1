"""Validated activities and published notices made straight in the database, for tests that need some there."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import now, today
from models.establishments import Establishment
from models.notices.campaign import DiffusionCampaign, DiffusionCount
from models.notices.check import InformationCheck
from models.notices.composing import compose
from models.notices.content import content_of
from models.notices.diffusion import DiffusionProcedure
from models.notices.notice import Frozen, NoticeVersion, PatientNotice
from models.notices.order import Contacts, Order
from models.notices.page import fragment
from models.notices.tool import InformationTool
from models.notices.words import (
    Audience,
    CheckMethod,
    Moment,
    NoticeStatus,
    PatientGroup,
    ProcedureStatus,
    ToolKind,
    ToolState,
)
from models.register.activity import Activity
from models.register.catalogue import TypicalProcessing
from models.register.portable import activity_from
from models.register.typical import record_from
from models.rights import Capacity, Channel, DataSubjectRequest, IdentityCheck, ObjectedUse, RightKind
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


def order(made: PatientNotice, place: Establishment) -> Order:
    return Order(
        title=made.title, activities=[pick.activity for pick in made.picks], lexicon=lexicon(made.audience, {}),
        contacts=Contacts.of(place, today()), values=made.values(), address=f"https://vigie.example/information/lire/{made.slug}",
        number=made.next_number, on=today(),
    )  # fmt: skip


def release(session: Session, made: PatientNotice, note: str | None = None) -> NoticeVersion:
    """Publish the next version of a notice."""
    asked = order(made, session.get_one(Establishment, made.establishment_id))
    content = content_of(asked, compose(asked))
    frozen = Frozen(content, fragment(content), content["contacts"])
    version = made.publish(frozen, "Diane Petit", now(), note)
    session.add(version)
    session.flush()
    version.tell_published(session)
    return version


def published_notice(session: Session, place: uuid.UUID, slug: str = "cha-vos-donnees") -> PatientNotice:
    """A notice that tells of the medical record, published once."""
    made = notice(session, [activity(session, place)], slug)
    release(session, made)
    return made


def tool(session: Session, place: uuid.UUID, **more: Any) -> InformationTool:
    """A booklet in use, whose edition nobody validated."""
    values = {"kind": ToolKind.BOOKLET, "title": "Livret d’accueil", "state": ToolState.IN_USE, "edition": "3"}
    made = InformationTool(establishment_id=place, places="Bureau des entrées", **{**values, **more})
    session.add(made)
    session.flush()
    return made


def request(session: Session, place: uuid.UUID, **more: Any) -> DataSubjectRequest:
    """An objection noted at the desk today."""
    values = {
        "reference": "D-2026-001", "kind": RightKind.OBJECTION, "received_on": today(), "channel": Channel.ORAL,
        "requester": "Jeanne Morvan", "contact": "4 rue des Lilas", "capacity": Capacity.SELF,
        "identity": IdentityCheck.KNOWN, "uses": [ObjectedUse.RESEARCH.value], "recorded_by": "Diane Petit",
    }  # fmt: skip
    made = DataSubjectRequest(establishment_id=place, **{**values, **more})
    made.receive(today())
    session.add(made)
    session.flush()
    return made


def lay(session: Session, place: uuid.UUID) -> dict[str, Any]:
    """One of each kind of the room but a notice, in a hospital."""
    booklet = tool(session, place)
    check = InformationCheck(
        establishment_id=place, tool_id=booklet.id, method=CheckMethod.INTERVIEWS, checked_on=today(),
        checked_by="Diane Petit", asked=20, informed=15, declined=1,
    )  # fmt: skip
    procedure = DiffusionProcedure(
        establishment_id=place, tool=booklet, population=PatientGroup.ALL, moment=Moment.ARRIVAL,
        responsible="Bureau des entrées", instructions="Remettre le livret.", status=ProcedureStatus.DRAFT,
    )  # fmt: skip
    procedure.touch("Diane Petit", now())
    campaign = DiffusionCampaign(
        establishment_id=place, tool=booklet, title="Affichage", starts_on=today(), ends_on=today(), planned=10
    )
    campaign.count(DiffusionCount(counted_on=today(), handed=3, place="Accueil", counted_by="Diane Petit"), today())
    found = {"tool": booklet, "information_check": check, "procedure": procedure, "handing": campaign}
    session.add_all(found.values())
    session.flush()
    return {**found, "subject_request": request(session, place)}


def _named(word: str, kind: str) -> dict[str, str]:
    return {f"notices.{verb}": kind for verb in word.split()}


KINDS_OF_ENDPOINTS: dict[str, str] = {
    **_named("tool edit_tool save_tool start_validation validate_tool", "tool"),
    **_named("verification edit_check save_check", "information_check"),
    **_named("procedure edit_procedure save_procedure start_approval approve end_procedure", "procedure"),
    **_named("procedure_document procedure_version", "procedure"),
    **_named("campaign edit_campaign save_campaign count drop_count campaign_report", "handing"),
    **_named("start_closing close_campaign reopen_campaign", "handing"),
    **_named("show_request edit_request save_request extend answer letter", "subject_request"),
}


def things(session: Session, stage: Stage) -> dict[str, dict[str, dict[str, Any]]]:
    """What names one of each kind in each hospital."""
    found: dict[str, dict[str, dict[str, Any]]] = {"notice": {}}
    for code in ("CHA", "CHE"):
        made = published_notice(session, stage.establishments[code], f"{code.lower()}-vos-donnees")
        found["notice"][code] = {"identity": made.id, "slug": made.slug}
        laid = lay(session, stage.establishments[code])
        publish(session, laid["procedure"], laid["procedure"].state(), "Diane Petit", now())
        for kind, one in laid.items():
            counts = getattr(one, "counts", ())
            which = counts[0].id if counts else one.id
            found.setdefault(kind, {})[code] = {
                "identity": one.id,
                "which": which,
                "code": "receipt",
                "ending": "docx",
            }
    return found
