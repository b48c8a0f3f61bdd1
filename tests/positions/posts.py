"""One description and one nomination of a DPO in each hospital, as the ground of the house needs them."""

from typing import Any

from sqlalchemy.orm import Session

from models.base import now, today
from models.establishments import Establishment
from models.people import Person
from models.positions.candidate import Candidate
from models.positions.description import JobDescription
from models.positions.filling import Filling, FillingOption
from models.positions.nomination import Nomination
from models.positions.words import CandidateState, Employment, FillingState, JobKind, Way
from models.versions import publish
from seed.positions import description_from
from tests.cast import Stage


def described(session: Session, place: Establishment, *, validated: bool = True, code: str = "dpo") -> JobDescription:
    """A description of the model, complete; validated once unless said otherwise."""
    made = description_from(code)
    made.establishment, made.reports_to, made.deputy, made.budget = place, "Direction générale", "Le RSSI adjoint", 9000
    made.touch("Rose Henry", now())
    session.add(made)
    session.flush()
    if validated:
        made.validate(1, "Rose Henry", today())
        publish(session, made, made.state(), "Rose Henry", now())
    return made


def somebody(session: Session, place: Establishment, name: str = "Diane Petit", **more: Any) -> Person:
    """A person of the directory."""
    given, _blank, family = name.partition(" ")
    person = Person(establishment_id=place.id, given_name=given, family_name=family, **more)
    session.add(person)
    session.flush()
    return person


def nominated(session: Session, place: Establishment, person: Person, **more: Any) -> Nomination:
    """A DPO in office since a year, with two public contacts."""
    facts: dict[str, Any] = {
        "kind": JobKind.DPO,
        "title": "Déléguée à la protection des données",
        "employment": Employment.INTERNAL,
        "starts_on": today().replace(year=today().year - 1, day=1),
        "contact_email": f"donnees@{place.code.lower()}.example",
        "contact_phone": "02 98 00 00 10",
    }
    made = Nomination(establishment=place, person=person, **(facts | more))
    session.add(made)
    session.flush()
    return made


KINDS_OF_ENDPOINTS = {
    **dict.fromkeys(
        (
            "positions.filling", "positions.edit_filling", "positions.save_filling", "positions.decide",
            "positions.drop_filling", "positions.reopen_filling", "positions.notice_document",
            "positions.choice_document", "positions.candidates",
            "positions.start_candidate", "positions.create_candidate",
        ),
        "filling",
    ),
    **dict.fromkeys(
        (
            "positions.candidate", "positions.edit_candidate", "positions.save_candidate", "positions.move_candidate",
            "positions.start_interview", "positions.create_interview", "positions.erase_candidate",
        ),
        "candidate",
    ),
}  # fmt: skip
"""Which kind of thing the address of an endpoint names, where it is not a description."""


def searched(session: Session, place: Establishment, **more: Any) -> Filling:
    """A search that is open, two ways compared, applications kept for a year."""
    facts: dict[str, Any] = {"kind": JobKind.DPO, "title": "DPO du port", "keep_months": 12, "opened_on": today()}
    made = Filling(establishment=place, state=FillingState.OPEN, erased_count=0, **(facts | more))
    made.options = [
        FillingOption(way=Way.INTERNAL, ratings={"competence": 2, "independence": 0}),
        FillingOption(way=Way.RECRUITMENT, ratings={"competence": 3, "independence": 3}),
    ]
    made.touch("Rose Henry", now())
    session.add(made)
    session.flush()
    return made


def applied(session: Session, filling: Filling, name: str = "Ysée Lorcan", number: int = 1) -> Candidate:
    """An application received today."""
    given, _blank, family = name.partition(" ")
    made = Candidate(
        establishment_id=filling.establishment_id, filling=filling, number=number, given_name=given,
        family_name=family, email="candidate@courriel.example", received_on=today(), state=CandidateState.RECEIVED,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def things(session: Session, stage: Stage) -> dict[str, dict[str, dict[str, Any]]]:
    """What names a description, a nomination, a search and an application of each hospital."""
    kinds = ("description", "nomination", "filling", "candidate")
    found: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in kinds}
    for code in ("CHA", "CHE"):
        place = session.get_one(Establishment, stage.establishments[code])
        description = described(session, place)
        described(session, place, validated=False, code="rssi")
        nomination = nominated(session, place, somebody(session, place), description=description)
        names = {"slug": "missions", "ending": "docx", "code": "nomination_decision"}
        found["description"][code] = {"identity": description.id, **names}
        found["nomination"][code] = {"identity": nomination.id, **names}
        filling = searched(session, place)
        found["filling"][code] = {"identity": filling.id, "slug": "besoin", "ending": "docx"}
        found["candidate"][code] = {"identity": applied(session, filling).id}
    return found
