"""The establishments side by side, as the management and the auditor see them."""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from sqlalchemy.orm import Session

from governance.colleagues import Colleagues
from governance.dashboard.questions import BLOCKS
from governance.dashboard.trends import trends
from models.accounts import RoleGrant, User
from models.base import now, today
from models.charters.campaign import Answer, Invitation
from models.hopen.words import StepState
from models.inventory.application import Application
from models.inventory.words import Status
from models.permissions import Role, allows
from models.plan import Action
from models.register.activity import Activity
from models.register.words import Status as RecordStatus
from tests.cast import Stage
from tests.charters.crowd import gather
from tests.client import HouseClient
from tests.hopen.made import pursued, tracked
from tests.house.test_queries import counted
from tests.notices.made import tool
from tests.policy.made import followed, published_policy, rules_of

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]


def furnished(session: Session, stage: Stage) -> None:
    """Two hospitals at different points: late, blocked and done actions, records, applications, a plan."""
    for number, code in enumerate(("CHA", "CHE"), start=1):
        home, at = stage.establishments[code], now()
        steps = tracked(session, home)
        for late in ("P2.1-O2", "P3.3-O1"):
            pursued(session, home, late).schedule(dt.date(2020, 1, 1), None)
        for one in list(steps.values())[: 3 * number]:
            one.decide(StepState.DONE, "Diane Petit", at, on=today())
        stuck, waiting = steps["P2.1-O2-A1"], steps["P2.1-O2-A2"]
        stuck.decide(StepState.BLOCKED, "Diane Petit", at, on=today(), reason="Site de secours en travaux")
        session.add(Action.raised_by(waiting, "Écrire le plan", "Diane Petit", owner_name="Daniel Silva"))
        steps["P4.1-O1-A1"].decide(StepState.BLOCKED, "Diane Petit", at, on=today(), reason="Éditeur muet")
        for due in (-3, 2, None)[number - 1 :]:
            day = None if due is None else today() + dt.timedelta(days=due)
            session.add(Action(establishment_id=home, title="Écrire", created_by="Diane Petit", due_on=day))
        application = Application(
            establishment_id=home, reference="A-1", name="DPI", status=Status.PRODUCTION, holds_health_data=True
        )
        activity = Activity(establishment_id=home, reference="T-1", name="Paie", review_on=dt.date(2020, 1, 1))
        old = Activity(establishment_id=home, reference="T-2", name="Ancien", review_on=dt.date(2020, 1, 1))
        old.status, old.archived_on, old.archive_reason = RecordStatus.ARCHIVED, today(), "Arrêté"
        for record in (application, activity, old):
            record.touch("Diane Petit", at)
            session.add(record)


EXPORTERS = {
    "/plan/": "/plan/exporter",
    "/hopen/actions": "/hopen/exporter",
    "/registre/": "/registre/exporter",
    "/applications/": "/applications/exporter",
}
"""The list that a figure leads to -> the door by which it leaves, as it was filtered."""


def exported(who: HouseClient, address: str, query: str) -> int:
    """How many lines a list has once it is exported, its headings aside."""
    place = parse_qs(query)["etablissement"][0]
    answer = who.post(address, {"liste": query, "format": "csv", "etablissement": place})
    assert answer.status == 200, answer.words
    return len(list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))) - 1


def test_every_figure_is_the_number_of_lines_of_its_list(client: Clients, write: Write, stage: Stage) -> None:
    with write() as session:
        furnished(session, stage)
        tool(session, stage.establishments["CHE"])
        followed(
            session, next(iter(rules_of(session, published_policy(session, stage.establishments["CHA"])).values()))
        )
        crowd = gather(session, stage)
        agathe = session.get_one(Invitation, crowd.asked["Agathe"])
        agathe.answer, agathe.answered_on = Answer.ACCEPTED, today()
    auditor = client("auditeur")
    page, compared, counted_again = auditor.get("/pilotage"), 0, set()
    start = auditor.get("/")
    assert "Établissement par établissement" in start.words
    assert "Charte 2026" in start.words
    for cell in (one for page in (page, start) for table in page.all("table") for one in table.iter("td")):
        link = next(cell.iter("a"), None)
        if link is None or "etablissement" not in link.get("href", ""):
            continue
        figure = int(re.sub(r"\D", "", "".join(link.itertext())))
        found = re.search(r"\d+ à \d+ sur (\d+)", auditor.get(link.get("href")).words)
        assert figure == (int(found[1]) if found else 0), link.get("href")
        if figure and (exporter := EXPORTERS.get(urlsplit(link.get("href")).path)):
            assert figure == exported(auditor, exporter, urlsplit(link.get("href")).query), link.get("href")
            counted_again.add(exporter)
        compared += 1
    assert counted_again == {*EXPORTERS.values()}
    campaign = p34 = 1
    hers = [block for block in BLOCKS if allows(Role.AUDITOR, block.needs)]
    assert compared == 2 * (sum(len(block.asked) for block in hers) + campaign + p34 + campaign)
    assert re.search(r"P2\.1-O2-A1 .* Bloquée Site de secours en travaux · en retard depuis le", page.words)
    assert "confiée à Daniel Silva" in page.words
    assert "avis d’une instance attendu · en retard depuis le" in page.words
    assert "confiée à personne" in page.words


def test_a_curve_ends_at_what_the_page_says_today_and_remembers_what_was(
    app: Flask, write: Write, stage: Stage
) -> None:
    before, end = today().replace(day=1) - dt.timedelta(days=40), today().replace(day=1) - dt.timedelta(days=1)
    with write() as session:
        furnished(session, stage)
        crowd = gather(session, stage)
        home = stage.establishments["CHA"]
        done = Action(establishment_id=home, title="Fini", created_by="Diane Petit")
        done.created_at = dt.datetime.combine(before, dt.time(12), dt.UTC)
        done.finish(end + dt.timedelta(days=1))
        night = Action(establishment_id=home, title="De nuit", created_by="Diane Petit")
        night.created_at = dt.datetime.combine(end, dt.time(23, 30), dt.UTC)
        session.add_all([done, night])
        agathe = session.get_one(Invitation, crowd.asked["Agathe"])
        agathe.answer, agathe.answered_on = Answer.ACCEPTED, end
    with app.app_context():
        who = Colleagues(today()).by_id[stage.users["auditeur"]].who
        found = trends(who, today())
        assert found["plan"].points[-2:] == [(f"{end:%m/%Y}", 1), (f"{today():%m/%Y}", 8)], "one was open, eight are"
        assert found["hopen"].points[-1][1] > found["hopen"].points[-2][1] == 0
        assert found["charters"].points[-1] == (f"{today():%m/%Y}", found["charters"].points[-2][1])
        assert "people" not in found, "she does not keep the directory"
        assert trends(Colleagues(today()).by_id[stage.users["agent"]].who, today()) == {}


def test_the_management_steers_from_its_start_page(client: Clients, write: Write, stage: Stage) -> None:
    with write() as session:
        furnished(session, stage)
        user = session.get_one(User, stage.users["agent"])
        session.add(RoleGrant(user=user, role=Role.MANAGEMENT, starts_on=dt.date(2020, 1, 1), granted_at=now()))
        campaign = gather(session, stage).campaign
    manager = client("agent")
    start = manager.get("/")
    assert "Où en sommes-nous sur HOP’EN" in start.words
    assert "Qui a quoi à faire" in start.words
    board = manager.get("/pilotage")
    assert "CHE" in board.words
    assert manager.get("/risques/").status == 200
    assert manager.get("/journal/").status == 403
    followed = manager.get(f"/chartes/campagnes/{campaign}")
    assert "Par service" in followed.words
    assert "/personnes" not in followed.text, "figures by department, nobody's name"
    assert f'/chartes/campagnes/{campaign}?etablissement=CHA"' in start.text
    assert "Agathe" in client("rh").get(f"/chartes/campagnes/{campaign}/personnes").words
    assert client("rh").get("/pilotage").status == 200
    assert client("referent").get("/pilotage").status == 403


def test_the_queries_do_not_grow_with_the_establishments(
    app: Flask, client: Clients, write: Write, stage: Stage
) -> None:
    with write() as session:
        furnished(session, stage)
    counts = []
    for login in ("rssi", "auditeur"):
        browser = client(login)
        browser.get("/pilotage")
        with counted(app) as sent:
            assert browser.get("/pilotage").status == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]
