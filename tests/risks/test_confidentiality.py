"""An analysis is the map of the hospital's weaknesses: whoever has not the right learns nothing of it, anywhere."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.daily import remind
from models.accounts import RoleGrant
from models.base import now
from models.journal import Entry, Verb
from models.outbox import Message
from models.permissions import Role
from models.plan import Action
from models.register.activity import Activity
from tests.cast import Stage
from tests.client import HouseClient
from tests.house.risky import lay_risks
from tests.house.software import lay_software
from tests.policy.made import published_policy, rules_of
from tests.risks.test_routes import Clients

Write = Callable[[], AbstractContextManager[Session]]
SECRET = "Rançongiciel au bloc"

SEARCHES = (
    "/", "/registre/?q=bloc", "/applications/?q=bloc", "/plan/?q=pare-feu", "/plan/tableau", "/plan/mes-actions",
    "/personnes/?q=bloc", "/journal/?q=bloc", "/courriels/", "/imports/",
)  # fmt: skip


@pytest.fixture
def laid(write: Write, stage: Stage) -> dict[str, str]:
    """An analysis with a scenario, a measure and the confidential actions that they call for; gives their addresses."""
    with write() as session:
        made = lay_risks(session, stage.establishments["CHA"])
        action = Action.raised_by(
            made["scenario"], "Remplacer le pare-feu du bloc", "Rachid Simon", due_on=dt.date(2030, 1, 5)
        )
        session.add(action)
        session.flush()
        return {
            "analysis": f"/risques/{made['analysis'].id}", "scenario": f"/risques/scenarios/{made['scenario'].id}",
            "measure": f"/risques/mesures/{made['measure'].id}", "action": f"/plan/{action.id}",
        }  # fmt: skip


def learns(who: HouseClient, laid: dict[str, str]) -> list[str]:
    """Where somebody sees a word of the analysis; the pages are only read here, others inspect them."""
    words = (SECRET, "Serveurs du bloc", "Craint la panne", "pare-feu du bloc", "Analyse du système d’information")
    found = []
    for path in (*SEARCHES, *laid.values(), f"{laid['analysis']}/scenarios"):
        page = who.client.get(path)
        if page.status_code == 200 and any(word in page.get_data(as_text=True) for word in words):
            found.append(path)
    return found


def test_whoever_has_not_the_right_learns_nothing(
    laid: dict[str, str], client: Clients, write: Write, stage: Stage
) -> None:
    for login in ("agent", "referent", "admin", "dsi", "dpo-est"):
        assert learns(client(login), laid) == [], login
    assert laid["scenario"] in learns(client("rssi"), laid), "the words looked for are those that the RSSI reads"
    with write() as session:
        grant = session.scalars(select(RoleGrant).where(RoleGrant.role == Role.AUDITOR)).one()
        grant.establishment_id = stage.establishments["CHE"]
    assert learns(client("auditeur"), laid) == [], "the auditor of the other hospital"
    assert client("auditeur").get(laid["analysis"]).status == 404


def test_links_lead_both_ways_for_who_may_read_the_other_side(client: Clients, write: Write, stage: Stage) -> None:
    place = stage.establishments["CHA"]
    with write() as session:
        made = lay_risks(session, place)
        rule = rules_of(session, published_policy(session, place))["R-ACC-01"]
        rule.rest_on([made["measure"]])
        urgences = stage.departments["Urgences"]
        activity = Activity(establishment_id=place, department_id=urgences, reference="T-009", name="Blanchisserie")
        activity.touch("Diane Petit", now())
        session.add(activity)
        made["measure"].protect([activity])
        made["scenario"].activity = activity
        made["element"].application = application = lay_software(session, place)["application"]
        session.flush()
        pages = {
            "measure": f"/risques/mesures/{made['measure'].id}",
            "scenario": f"/risques/scenarios/{made['scenario'].id}",
            "rule": f"/pssi/regles/{rule.id}", "activity": f"/registre/{activity.id}",
            "application": f"/applications/{application.id}",
        }  # fmt: skip
    seen = {
        "rssi": {"measure": "rule activity scenario", "rule": "measure", "scenario": "measure activity",
                 "activity": "measure scenario", "application": "scenario"},
        "dsi": {"measure": "rule activity", "rule": "measure", "activity": "measure", "application": ""},
        "referent": {"activity": ""},
    }  # fmt: skip
    for login, wanted in seen.items():
        for name, others in wanted.items():
            page = client(login).get(pages[name])
            links = {one.get("href") for one in page.all("a")}
            found = {other for other, address in pages.items() if other != name and address in links}
            assert found == set(others.split()), (login, name)


def test_the_owner_of_a_confidential_action_reads_it_and_not_where_it_comes_from(
    laid: dict[str, str], client: Clients, write: Write, stage: Stage
) -> None:
    with write() as session:
        action = session.scalars(select(Action)).one()
        action.owner_id, action.due_on = stage.users["dsi"], dt.date(2020, 1, 6)
    page = client("dsi").get(laid["action"])
    assert page.status == 200
    assert "pare-feu" in page.words
    assert "AR-2026-01" not in page.words
    assert client("agent").get(laid["action"]).status == 404


def test_the_monday_mail_names_no_confidential_action(
    laid: dict[str, str], write: Write, stage: Stage, db: Session
) -> None:
    with write() as session:
        action = session.scalars(select(Action)).one()
        action.owner_id, action.due_on = stage.users["dsi"], dt.date(2020, 1, 6)
    with write():
        assert remind(dt.date(2026, 5, 4))
    told = [f"{one.subject} {one.body}" for one in db.scalars(select(Message))]
    assert told
    assert all("pare-feu" not in one and SECRET not in one for one in told)


def test_exporting_asks_for_a_fresh_code_and_is_told_to_the_journal(
    laid: dict[str, str], client: Clients, db: Session
) -> None:
    rssi = client("rssi")
    sent = rssi.post(f"{laid['analysis']}/exporter", {"format": "json"})
    assert sent.status == 200
    assert "Rachid Simon" in sent.data.decode()
    name = sent.headers["Content-Disposition"]
    assert "ar-2026-01-cha" in name
    assert "bloc" not in name
    told = db.scalars(select(Entry).where(Entry.verb == Verb.EXPORTED)).one()
    assert (told.detail["format"], told.detail["rows"], told.subject_title) == (
        "json",
        1,
        "Analyse de risques AR-2026-01",
    )
    assert rssi.post(f"{laid['analysis']}/exporter", {"format": "csv"}).status == 422
    assert client("dsi").get(f"{laid['analysis']}/exporter").status == 403
