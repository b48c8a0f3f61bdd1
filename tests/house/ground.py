"""The ground the rules walk on: of each kind of thing an address can name, one in each place that matters."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from governance import files, signing
from governance.accounts import tokens
from governance.imports import operations
from governance.imports.findings import TableHead, Understanding
from governance.imports.subjects import subject_of
from governance.visitor import Visitor
from models.accounts import RoleGrant, SignInSession, TokenPurpose, User
from models.base import now, today
from models.establishments import Department, Establishment
from models.hopen.opinions import StepLink
from models.imports import BatchState, ImportBatch
from models.outbox import Delivery, Message
from models.people import Person, PersonKind
from models.plan import Action
from models.register.activity import Activity
from models.register.catalogue import TypicalProcessing
from models.register.portable import activity_from
from models.register.processor import Processor
from models.register.typical import record_from
from models.register.words import ContractState
from models.versions import publish
from models.views import SavedView
from tests.cast import Stage
from tests.charters import crowd
from tests.charters.made import checked, consulted, first_article, published_charter, uploaded_charter
from tests.hopen.made import bridged, handed_pack, kept_up, tracked
from tests.house import risky
from tests.house.software import lay_software
from tests.notices import made as notices
from tests.policy import ground as policy_ground
from tests.positions import posts

URGENCES, ELSEWHERE, OTHER = "CHA, Urgences", "CHA, ailleurs", "CHE"
PEOPLE_FILE = "CHA, RH"
"""A service of the hospital (whose contact is in the cast), another of its services, and the other hospital."""

Things = dict[str, dict[str, dict[str, Any]]]
"""Kind of thing -> whose it is -> what an address says to name it."""

KINDS = {
    "register": "activity",
    "charters": "charter",
    "evidence": "attachment",
    "inventory": "application",
    "risks": "analysis",
    "imports": "batch",
    "establishments": "establishment",
    "accounts": "user",
    "people": "person",
    "plan": "action",
    "hopen": "step",
    "positions": "description",
    "notices": "notice",
    "policy": "policy",
}
KINDS_OF_ENDPOINTS = {
    **crowd.KINDS_OF_ENDPOINTS,
    **notices.KINDS_OF_ENDPOINTS,
    **policy_ground.KINDS_OF_ENDPOINTS,
    "charters.consultation": "consultation",
    "charters.edit_consultation": "consultation",
    "charters.save_consultation": "consultation",
    "charters.verification": "verification",
    "charters.edit_verification": "verification",
    "charters.save_verification": "verification",
    "hopen.begin": "establishment",
    "hopen.advance": "pack",
    **dict.fromkeys(
        (f"hopen.{name}" for name in ("upkeep", "edit_upkeep", "save_upkeep", "add_entry", "end_upkeep")), "upkeep"
    ),
    "hopen.show_pack": "pack",
    "hopen.take_pack": "pack",
    "hopen.hand_pack": "pack",
    "hopen.close_pack": "pack",
    "hopen.open_pack": "handed",
    "hopen.take_handed": "handed",
    "hopen.indicator": "indicator",
    **dict.fromkeys((f"hopen.{name}" for name in ("scheme", "start_requirement", "create_requirement")), "scheme"),
    **dict.fromkeys(
        (
            "hopen.requirement",
            "hopen.edit_requirement",
            "hopen.save_requirement",
            "hopen.remove_requirement",
            "hopen.start_bridge",
            "hopen.create_bridge",
            "hopen.edit_bridge",
            "hopen.save_bridge",
            "hopen.remove_bridge",
        ),
        "requirement",
    ),
    "hopen.pursuit": "pursuit",
    "hopen.plan": "pursuit",
    "hopen.choose": "pursuit",
    "register.processor": "processor",
    "register.edit_processor": "processor",
    "register.save_processor": "processor",
    "register.drop_view": "view",
    "register.create_from_typical": "typical",
    **dict.fromkeys(
        (
            "positions.nomination",
            "positions.edit_nomination",
            "positions.save_nomination",
            "positions.start_examination",
            "positions.examine",
            "positions.start_signature",
            "positions.sign",
            "positions.start_designation",
            "positions.designate",
            "positions.start_end",
            "positions.end",
            "positions.nomination_document",
        ),
        "nomination",
    ),
    **posts.KINDS_OF_ENDPOINTS,
    "evidence.start": "owner",
    "evidence.attach": "owner",
    **risky.KINDS_OF_ENDPOINTS,
    "inventory.vendor": "vendor",
    "inventory.edit_vendor": "vendor",
    "inventory.save_vendor": "vendor",
    "inventory.assessment": "assessment",
    "inventory.save_assessment": "assessment",
    "inventory.validate_assessment": "assessment",
    "inventory.drop_assessment": "assessment",
    "inventory.remind": "exchange",
    "inventory.receive": "exchange",
    "inventory.keep_promise": "exchange",
    "inventory.close_decision": "decision",
    "establishments.edit_department": "department",
    "accounts.revoke": "grant",
    "journal.key": "key",
    "outbox.send_again": "message",
    "accounts.end_session": "session",
    "accounts.accept": "invitation",
    "accounts.reset": "password_reset",
}


def addresses(rule: Rule, things: Things) -> Iterator[tuple[str, dict[str, Any]]]:
    """(whose, values of the address) for each thing that a rule can name; ("", {}) for a rule that names none."""
    if not rule.arguments:
        yield "", {}
        return
    kind = KINDS_OF_ENDPOINTS.get(rule.endpoint) or KINDS[rule.endpoint.split(".")[0]]
    for whose, values in things[kind].items():
        known = {"slug": "identite", "step": "a-faire", "number": 1, "day": today().isoformat(), **values}
        assert rule.arguments <= known.keys(), f"{rule.rule}: tell tests/house/ground.py what {rule.arguments} may be"
        yield whose, {name: known[name] for name in rule.arguments}


def lay_ground(session: Session, stage: Stage) -> Things:
    """Make one thing of each kind in each place, and give what names them."""
    dpo, other_dpo = stage.users["dpo"], stage.users["dpo-est"]
    pairs = (("CHA", stage.establishments["CHA"], dpo), (OTHER, stage.establishments["CHE"], other_dpo))
    things: Things = {
        "activity": _named(
            {
                URGENCES: _activity(session, stage, "CHA", "Urgences"),
                ELSEWHERE: _activity(session, stage, "CHA", "Ressources humaines"),
                OTHER: _activity(session, stage, "CHE", "Laboratoire"),
            }
        ),
        "person": _named(
            {
                URGENCES: _person(session, stage, "CHA", "Urgences"),
                ELSEWHERE: _person(session, stage, "CHA", "Ressources humaines"),
                OTHER: _person(session, stage, "CHE", "Laboratoire"),
            }
        ),
        "processor": _named({code: _processor(session, place) for code, place, _ in pairs}),
        "batch": _named(
            {
                "CHA": _batch("register", pairs[0][1], BatchState.CHECKED),
                PEOPLE_FILE: _batch("people", pairs[0][1], BatchState.CHECKED),
                OTHER: _batch("register", pairs[1][1], BatchState.READ),
            }
        ),
        "view": _named({code: _view(session, place, user) for code, place, user in pairs}),
        "session": _named({code: _sign_in(session, user) for code, _, user in pairs}),
        "establishment": {code: {"identity": place} for code, place, _ in pairs},
        "department": {code: {"identity": stage.departments[name]} for code, name in _DEPARTMENTS.items()},
        "user": {code: {"identity": stage.users[login]} for code, login in _PEOPLE.items()},
        "grant": {code: _grant(session, stage.users[login]) for code, login in _PEOPLE.items()},
        "typical": {"": {"code": "TP02"}},
        "message": _named({code: _message(session, place) for code, place, _ in pairs}),
        "key": {"": {"kid": signing.sign({"type": "note", "version": 1})["document"]["kid"]}},
    }
    things |= _charters(session, {"CHA": pairs[0][1], "groupe": None, OTHER: pairs[1][1]})
    things["action"] = {whose: _action(session, stage, whose, one) for whose, one in things["activity"].items()}
    software = {code: lay_software(session, place) for code, place, _ in pairs}
    for kind in ("application", "vendor", "assessment", "exchange", "decision"):
        things[kind] = _named({code: made[kind] for code, made in software.items()})
    things |= crowd.things(session, stage)
    things |= _followed(session, {code: place for code, place, _ in pairs})
    risks = {code: risky.lay_risks(session, place) for code, place, _ in pairs}
    for kind in risky.KINDS:
        things[kind] = _named({code: made[kind] for code, made in risks.items()})
    things |= posts.things(session, stage)
    things |= notices.things(session, stage)
    things |= policy_ground.things(session, stage)
    things["owner"] = {whose: {"kind": "activity", **one} for whose, one in things["activity"].items()}
    things["attachment"] = {whose: _attachment(session, one["identity"]) for whose, one in things["activity"].items()}
    user = session.get_one(User, stage.users["agent"])
    user.password_hash, user.totp_confirmed_at = "-", now()
    for purpose in (TokenPurpose.INVITATION, TokenPurpose.PASSWORD_RESET):
        things[purpose.value] = {"": {"token": tokens.issue(session, user, purpose)}}
    session.flush()
    return things


_PEOPLE = {"CHA": "agent", OTHER: "dpo-est"}
_DEPARTMENTS = {"CHA": "Urgences", OTHER: "Laboratoire"}


def _named(records: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {whose: {"identity": record.id} for whose, record in records.items()}


def _activity(session: Session, stage: Stage, code: str, department: str) -> Activity:
    """A rich record, validated once, whose service is asked to confirm it."""
    at, home = now(), session.get_one(Establishment, stage.establishments[code])
    known = {department: session.get_one(Department, stage.departments[department])}
    content = session.scalars(select(TypicalProcessing.content).where(TypicalProcessing.code == "TP02")).one()
    record = record_from(content)
    record["fields"] |= {"reference": f"T-{department}", "name": f"Dossier {department}", "department": department}
    activity = activity_from(record, home, known, {}, "Diane Petit", at)
    activity.confirmation_asked_at = at
    session.add(activity)
    session.flush()
    activity.qualify([])
    activity.validate(1, today() + dt.timedelta(days=300))
    publish(session, activity, activity.state(), "Diane Petit", at, "Première version")
    return activity


def _charters(session: Session, places: dict[str, uuid.UUID | None]) -> Things:
    """A published charter of each hospital and one of the group, a consultation on each, a check in each hospital."""
    things: Things = {"charter": {}, "consultation": {}, "verification": {}}
    for whose, place in places.items():
        charter = published_charter(session, place)
        part = first_article(charter).id
        things["charter"][whose] = {"identity": charter.id, "part": part, "slug": "reglages"}
        things["consultation"][whose] = {"identity": consulted(session, charter).id}
        if place is not None:
            things["verification"][whose] = {"identity": checked(session, charter, place).id}
            uploaded_charter(session, place)
    return things


def _followed(session: Session, places: dict[str, uuid.UUID]) -> Things:
    """The HOP’EN tracking of each hospital: an action linked to a record, and an objective with two branches."""
    things: Things = {
        "step": {},
        "pursuit": {},
        "pack": {},
        "handed": {},
        "upkeep": {},
        "indicator": {"": {"code": "P2.4"}},
        "scheme": {"": {"code": "recyf"}},
        "requirement": {"": bridged(session)},
    }
    for whose, place in places.items():
        step = tracked(session, place)["P2.4-O2-A1"]
        link = StepLink(step=step, kind="activity", record_id=place, title="Dossier patient", linked_by="Diane Petit")
        things["step"][whose] = {"identity": step.id, "link_id": _added(session, link).id}
        things["pursuit"][whose] = {"identity": step.pursuit_id}
        things["upkeep"][whose] = {"identity": _added(session, kept_up(place)).id}
        handed = handed_pack(session, place, f"remis-{whose}")
        things["pack"][whose] = {"identity": handed.pack_id, "link_id": handed.id, "work": handed.id}
        things["handed"][whose] = {"token": f"remis-{whose}"}
    return things


def _added(session: Session, record: Any) -> Any:
    session.add(record)
    session.flush()
    return record


def _processor(session: Session, place: uuid.UUID) -> Processor:
    processor = Processor(
        establishment_id=place, name="Nuage d’Anse", contract_state=ContractState.SIGNED, hosts_health_data=True
    )
    return _added(session, processor)


def _person(session: Session, stage: Stage, code: str, department: str) -> Person:
    """Somebody whose contract ended, so that a departure waits for its confirmation."""
    ended = today() - dt.timedelta(days=3)
    person = Person(
        establishment_id=stage.establishments[code], department_id=stage.departments[department],
        kind=PersonKind.CONTRACTOR, given_name="Noé", family_name=f"Kerbrat {department}", company="Rayonance",
        arrived_on=ended - dt.timedelta(days=90), contract_ends_on=ended,
    )  # fmt: skip
    return _added(session, person)


def _batch(subject: str, place: uuid.UUID, state: BatchState) -> ImportBatch:
    """An import of a table without a record, that waits for its confirmation or for the meaning of its columns."""
    head = TableHead("Feuille", 1, ["Nom"], [["Paie"]], ["name"], "signature")
    batch = operations.receive(
        subject_of(subject), Visitor(name="Diane Petit"), place, "registre.csv", b"Nom\n", Understanding("table")
    )
    batch.state, batch.report = state, {**batch.report, "tables": [asdict(head)]}
    return batch


def _action(session: Session, stage: Stage, whose: str, activity: dict[str, Any]) -> dict[str, Any]:
    """An action that a record called for; in the emergency ward it is entrusted to the staff member of the cast."""
    action = Action.raised_by(session.get_one(Activity, activity["identity"]), "Compléter la fiche", "Diane Petit")
    if whose == URGENCES:
        action.entrust(session.get_one(User, stage.users["agent"]))
    return {"identity": _added(session, action).id}


def _attachment(session: Session, activity: uuid.UUID) -> dict[str, Any]:
    upload = files.Upload.of_bytes(b"Lu et approuve.", "avis.txt")
    attachment = files.attach(session.get_one(Activity, activity), upload, who=Visitor(name="Diane Petit"))
    session.flush()
    return {"identity": attachment.id}


def _message(session: Session, place: uuid.UUID) -> Message:
    message = Message(
        recipient="parti@ght.example", subject="Essai", body="", state=Delivery.FAILED, establishment_id=place
    )
    return _added(session, message)


def _view(session: Session, place: uuid.UUID, user_id: uuid.UUID) -> SavedView:
    view = SavedView(user_id=user_id, establishment_id=place, room="register", name="Brouillons", query="etat=draft")
    return _added(session, view)


def _sign_in(session: Session, user_id: uuid.UUID) -> SignInSession:
    at = now()
    held = SignInSession(
        user_id=user_id, digest=uuid.uuid4().hex, seen_at=at, strong_at=at, expires_at=at + dt.timedelta(hours=1)
    )
    return _added(session, held)


def _grant(session: Session, user_id: uuid.UUID) -> dict[str, Any]:
    held = session.scalars(select(RoleGrant).where(RoleGrant.user_id == user_id)).one()
    return {"identity": user_id, "grant_id": held.id}
