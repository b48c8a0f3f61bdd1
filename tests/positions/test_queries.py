"""The number of queries of a page of positions does not grow with its rows."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

from flask import Flask
from sqlalchemy.orm import Session

from models.base import now, today
from models.establishments import Establishment
from models.positions.candidate import Interview
from models.positions.description import JobDescription
from models.positions.filling import Filling, JobNotice, Offer
from models.positions.words import JobKind
from tests.client import HouseClient
from tests.house.test_queries import counted
from tests.positions.conftest import Port
from tests.positions.posts import applied, nominated, searched, somebody

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]
FEW, MANY = 3, 8


def add(session: Session, port: Port, numbers: range, search: UUID | None = None) -> UUID:
    """One more of everything for each number, the applications to one search, which it gives."""
    place = session.get_one(Establishment, port.place)
    filling = session.get_one(Filling, search) if search else searched(session, place)
    for number in numbers:
        facts = {"kind": JobKind.OTHER, "title": f"Poste {number}"}
        description = JobDescription(establishment=place, **facts)
        description.touch("Rose Henry", now())
        person = somebody(session, place, f"Noé Kerbrat-{number}", employee_number=f"9{number}")
        nominated(session, place, person, description=description, **facts)
        searched(session, place, title=f"Recherche {number}")
        filling.notices.append(JobNotice(place=f"Site {number}", spread_on=today()))
        filling.offers.append(Offer(company=f"Société {number}", position=number))
        candidate = applied(session, filling, f"Ysée Lorcan-{number}", number)
        candidate.interviews = [Interview(held_on=today(), jury="Jury", scores={"IG-C1": 3})]
    session.flush()
    return filling.id


def test_no_page_asks_more_of_the_database_when_it_shows_more(
    app: Flask, client: Clients, write: Write, port: Port
) -> None:
    with write() as session:
        identity = add(session, port, range(1, FEW))
    hr, asked, search = client("rh"), {}, f"/postes/pourvoir/{identity}"
    pages = ("/", "/postes/", "/postes/nominations", "/postes/nominations/nouvelle", "/postes/pourvoir", search,
             f"{search}/candidatures", "/postes/sans-titulaire")  # fmt: skip
    for page in pages:
        hr.get(page)
        with counted(app) as sent:
            assert hr.get(page).status == 200
        asked[page] = len(sent)
    with write() as session:
        add(session, port, range(FEW, MANY), identity)
    for page in pages:
        hr.get(page)
        with counted(app) as sent:
            hr.get(page)
        assert len(sent) <= asked[page], page
    assert max(asked.values()) < 25
