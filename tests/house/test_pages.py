"""The pages: each renders for everyone who may ask for it, leads only where she may go, and writes nothing."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from flask import Flask

from governance.doors import Door
from models.base import today
from tests.cast import LOGINS, MANAGER
from tests.client import HouseClient
from tests.house.access import rules
from tests.house.ground import Things, addresses
from tests.house.walk import VISITS, fingerprint, plain_addresses, walk

Clients = Callable[[str | None], HouseClient]

EVERYONE = pytest.mark.parametrize("login", [None, *LOGINS])
ANSWERED = frozenset({200, 302, 303})


KEYED = frozenset({"/agenda.ics"})
"""What answers only to the key that its address carries."""


def starts(app: Flask) -> list[str]:
    return [*(one for one in plain_addresses(app) if one not in KEYED), f"/registre/au?date={today()}"]


def visited(
    app: Flask, browsers: Sequence[HouseClient], places: list[str], visits: int, sought: set[str] | None = None
) -> Iterator[str]:
    """Walk everywhere as some people, where each link leads to what one may see; gives the endpoints they are shown."""
    for step in walk(app, browsers, places, visits, sought):
        told = f"{step.path}, found on {step.found_on}"
        if step.found_on == "the address bar":
            assert step.page.status in ANSWERED | {403}, f"{told}: {step.page.status}"
        else:
            assert step.page.status in ANSWERED, f"{told}: the link leads to a {step.page.status}"
        if step.page.status == 200:
            yield step.endpoint


def walked(app: Flask, client: Clients, login: str | None, visits: int = VISITS) -> set[str]:
    """Walk everywhere as a person, which changes nothing; gives the endpoints she is shown."""
    browser = client(login)
    before = fingerprint(app.extensions["engine"])
    shown = set(visited(app, [browser], starts(app), visits))
    after = fingerprint(app.extensions["engine"])
    changed = {name for name in after if after[name] != before[name]}
    assert not changed, f"reading pages wrote in {changed}"
    return shown


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@EVERYONE
def test_an_empty_house_is_walked_through(login: str | None, app: Flask, database: Any, client: Clients) -> None:
    assert walked(app, client, login)


@pytest.mark.parametrize("database", ["sqlite, demonstration"], indirect=True)
@pytest.mark.parametrize("login", [None, "dpo", "rssi", "rh", "agent"])
def test_the_demonstration_is_walked_through(login: str | None, app: Flask, database: Any, client: Clients) -> None:
    assert walked(app, client, login, visits=1)


NOT_BY_CLICKING = {
    "accounts.accept": "from a mail",
    "accounts.reset": "from a mail",
    "accounts.enroll": "after an invitation",
    "accounts.code": "after a password",
    "accounts.fresh_code": "before a sensitive door",
    "accounts.recovery_codes": "after an enrolment",
    "charters.open_link": "from a mail",
    "charters.link_text": "from the page of a link",
    "charters.link_receipt": "after an answer by a link",
    "charters.kiosk": "at a kiosk",
    "charters.kiosk_text": "from the page of a kiosk",
    "charters.read_own": "by whoever is asked",
    "charters.edit_campaign": "while a campaign is prepared",
    "charters.start_assisted": "by HR",
    "charters.start_paper": "by HR",
    "charters.start_refusal": "by HR",
    "charters.kiosks": "by HR",
    "dashboard.health": "for machines",
    "hopen.advance": "for a script",
    "hopen.open_pack": "from a link handed outside",
    "imports.advance": "for a script",
    "positions.candidates": "by HR and the jury",
    "positions.candidate": "by HR and the jury",
    "positions.start_candidate": "by HR and the jury",
    "positions.edit_candidate": "by HR and the jury",
    "positions.start_interview": "by HR and the jury",
    "reminders.feed": "by a diary",
    "journal.download_checkpoints": "once a state of the journal was attested",
    "register.record_as_of": "by a day that one chooses",
    "search.index": "by the words one looks for",
    "notices.read": "from a poster, or the hospital’s own site",
    "risks.approved": "once the management validated an analysis, as in the demonstration",
    "inventory.compare": "once there are two assessments, as in the demonstration",
}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_page_is_reached_by_clicking(app: Flask, things: Things, database: Any, client: Clients) -> None:
    lost = {rule.endpoint for rule in rules(app) if "GET" in (rule.methods or ())} - NOT_BY_CLICKING.keys()
    people = [client(login) for login in ("dpo-est", "admin", "rssi", MANAGER.login, "dsi", None)]
    for endpoint in visited(app, people, ["/", "/connexion"], 4, lost):
        lost.discard(endpoint)
        if not lost:
            break
    assert not lost, f"no link leads to {sorted(lost)}"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("login", ["admin", "dpo"])
def test_every_address_reads_on_postgresql(
    login: str, app: Flask, things: Things, database: Any, client: Clients
) -> None:
    browser, adapter = client(login), app.url_map.bind("localhost")
    before = fingerprint(app.extensions["engine"])
    for rule in rules(app):
        door: Door = getattr(app.view_functions[rule.endpoint], "door")  # noqa: B009 -- unknown to the type of a view
        if "GET" in (rule.methods or ()) and door.signed_in:
            for whose, values in addresses(rule, things):
                page = browser.get(adapter.build(rule.endpoint, values))
                assert page.status in ANSWERED | {403, 404, 409}, f"{rule.rule} of {whose}: {page.status}"
    assert fingerprint(app.extensions["engine"]) == before
