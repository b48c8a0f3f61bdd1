"""Campaigns and acceptances: 20,000 people invited, the page that counts them, and answers over real HTTP."""

import datetime as dt
import http.client
import re
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import Engine, MetaData, Table, func, insert, select, update

from governance.charters import tokens
from governance.database import session, transaction, writing
from models.base import now, today
from models.charters import joining
from models.charters.acceptance import Acceptance
from models.charters.campaign import Answer, Campaign, Invitation
from models.charters.charter import Charter
from models.charters.collection import LINK_LIFE, PersonalLink
from models.establishments import Department, DepartmentKind
from models.people import Person
from tests.bench.asking import Ask, Pair, asker
from tests.bench.grounds import HERE, Ground, application, gather_statistics, hospital
from tests.bench.measure import Figure, in_turn, middle, ratio, took
from tests.bench.serving import served
from tests.charters.crowd import drafted
from tests.charters.made import published_charter

FEW, MANY = 200, 20_000
SERVICES = 40
CREATED, COVERED, ANSWERED = 5.0, 1.5, 0.5
ROUNDS, PAGES = 3, 60
TURNS, EACH, CLIENTS, AT_ONCE = 5, 80, 8, 200


def run(grounds: list[Ground], folder: Path) -> list[Figure]:
    """On each database: the making of a campaign, the page of its coverage, the answers."""
    return [figure for ground in grounds for figure in _on(ground, folder)]


def _on(ground: Ground, folder: Path) -> Iterator[Figure]:
    with crowd(ground, folder, FEW) as few, crowd(ground, folder, MANY) as many:
        yield _creation(many, folder)
        yield from _answers(many, folder)
        yield from _coverage(few, many, folder)


@contextmanager
def crowd(ground: Ground, folder: Path, count: int) -> Iterator[Ground]:
    """A copy of a ground with a published charter and so many people, all in a running campaign."""
    copy = ground.copy(folder)
    try:
        with application(copy, folder) as app, app.app_context(), transaction(HERE):
            home = hospital().id
            services = [
                Department(establishment_id=home, kind=DepartmentKind.SERVICE, name=f"Service {n}")
                for n in range(SERVICES)
            ]
            session.add_all(services)
            session.flush()
            rows = [_person(n, home, services[n % SERVICES].id) for n in range(count)]
            session.connection().execute(insert(Person.__table__), rows)  # type: ignore[arg-type]
            _launch(published_charter(session(), home), home)
        with application(copy, folder) as app:
            gather_statistics(app.extensions["engine"])
        yield copy
    finally:
        copy.drop()


def _person(number: int, home: uuid.UUID, service: uuid.UUID) -> dict[str, object]:
    name = f"Nom{number:05} Prénom"
    return {
        "id": uuid.uuid4(), "created_at": now(), "establishment_id": home, "department_id": service, "kind": "staff",
        "family_name": f"Nom{number:05}", "given_name": "Prénom", "email": f"p{number}@hopital.example",
        "employee_number": str(number), "sort_name": name.lower(), "words": name.lower(), "revision": 1,
    }  # fmt: skip


def _launch(charter: Charter, home: uuid.UUID) -> Campaign:
    campaign = drafted(session(), charter, home, today())
    campaign.launch("Banc", now())
    joining.relist(session(), campaign, today())
    return campaign


# The making


def _creation(many: Ground, folder: Path) -> Figure:
    with application(many, folder) as app, app.app_context():
        engine: Engine = app.extensions["engine"]
        bare = _bare(engine)
        rounds = in_turn(ROUNDS, lambda: took(lambda: _insert_bare(engine, bare)), lambda: took(_launch_again))
    note = f"{middle(rounds, 1):.2f} s against {middle(rounds, 0):.2f} s for {MANY} rows"
    return Figure("campaign, creation", many.kind, ratio(rounds, 1, 0), CREATED, note=note)


def _bare(engine: Engine) -> Table:
    """A table of the same columns, without an index or a rule."""
    table = Table("bare_invitation", MetaData(), *(column._copy() for column in Invitation.__table__.columns))
    with writing(), engine.begin() as connection:
        table.create(connection)
    return table


def _insert_bare(engine: Engine, bare: Table) -> None:
    with engine.connect() as reading:
        rows = [dict(row) for row in reading.execute(select(*Invitation.__table__.columns).limit(MANY)).mappings()]
    rows = [{**row, "id": uuid.uuid4()} for row in rows]
    with writing(), engine.begin() as connection:
        connection.execute(insert(bare), rows)


def _launch_again() -> None:
    with transaction(HERE):
        charter = session.scalars(select(Charter)).one()
        _launch(charter, hospital().id)


# The page


def _coverage(few: Ground, many: Ground, folder: Path) -> Iterator[Figure]:
    with application(few, folder) as small, application(many, folder) as big:
        _fill(small)
        _fill(big)
        pair = Pair(many.kind, small, big, (FEW, MANY), PAGES, COVERED)
        yield from pair.compared("coverage", _asker(small), _asker(big))


def _fill(app: Flask) -> None:
    """A list full of answers, one day for each service; the last few services have not begun."""
    with app.app_context(), transaction(HERE):
        services = session.scalars(select(Department.id).order_by(Department.name)).all()
        for days, service in enumerate(services[:-4]):
            values = {"answer": Answer.ACCEPTED, "answered_on": today() - dt.timedelta(days)}
            session.execute(update(Invitation).where(Invitation.department_id == service).values(values))
    gather_statistics(app.extensions["engine"])


def _asker(app: Flask) -> Ask:
    with app.app_context():
        oldest = select(Campaign.id).order_by(Campaign.created_at).limit(1)
        path = f"/chartes/campagnes/{session.scalars(oldest).one()}"
    return asker(app, path, '<th scope="row"', SERVICES + 1)


# The answers


def _answers(many: Ground, folder: Path) -> Iterator[Figure]:
    wanted = TURNS * EACH + AT_ONCE + CLIENTS
    with application(many, folder) as app, app.app_context():
        sealed, links = _links(wanted)
        engine = app.extensions["engine"]
        bare = bare_acceptance()
        with writing(), engine.begin() as connection:
            bare.create(connection)
        with (
            served("wsgi:app", many, folder) as port,
            served("tests.bench.bare_answer:app", many, folder) as bare_port,
        ):
            waiting = iter(links)
            rounds = in_turn(
                TURNS,
                lambda: took(lambda: _insert_one_by_one(engine, bare)),
                lambda: _confirm_all(port, [next(waiting) for _ in range(EACH)], sealed),
                lambda: took(lambda: _post_all(bare_port)),
            )
            rates = [tuple(EACH / seconds for seconds in row) for row in rounds]
            at_once = [next(waiting) for _ in range(AT_ONCE)]
            statuses = _all_at_once(port, at_once, sealed)
        kept = session.scalar(select(func.count()).select_from(Acceptance)) or 0
    note = f"{middle(rates, 1):.0f} against {middle(rates, 0):.0f} a second (a bare page: {middle(rates, 2):.0f})"
    yield Figure("acceptances a second", many.kind, ratio(rates, 1, 0), ANSWERED, at_least=True, note=note)
    lost = AT_ONCE - statuses.count(303) + abs(kept - TURNS * EACH - AT_ONCE)
    yield Figure(f"{AT_ONCE} at once, lost or doubled", many.kind, lost, 0, unit="answers")


def _links(count: int) -> tuple[str, list[str]]:
    """The digest of the text, and the tokens of so many personal links."""
    with transaction(HERE):
        oldest = select(Campaign).order_by(Campaign.created_at).limit(1)
        campaign = session.scalars(oldest).one()
        people = session.scalars(
            select(Invitation.person_id).where(Invitation.campaign_id == campaign.id).limit(count)
        ).all()
        made = [(tokens.new_token(), person) for person in people]
        rows = [
            {
                "id": uuid.uuid4(), "created_at": now(), "campaign_id": campaign.id, "person_id": person,
                "digest": tokens.token_digest(token, "link"), "expires_at": now() + LINK_LIFE,
            }
            for token, person in made
        ]  # fmt: skip
        session.execute(insert(PersonalLink), rows)
        return campaign.version.sha256, [token for token, _person in made]


def bare_acceptance() -> Table:
    """A table of the same columns as acceptances, without an index or a rule."""
    return Table("bare_acceptance", MetaData(), *(column._copy() for column in Acceptance.__table__.columns))


def bare_row() -> dict[str, object]:
    """A row of the size of an acceptance, but for its identity."""
    return {
        "created_at": now(), "establishment_id": uuid.uuid4(), "person_id": uuid.uuid4(), "version_id": uuid.uuid4(),
        "decision": "accepted", "channel": "link", "means": ["link"], "at": now(), "number": "R-2026-000001", "seq": 1,
        "person_name": "Prénom Nom", "statement": "x" * 400, "sha256": "0" * 64, "receipt": {"document": "x" * 1500},
    }  # fmt: skip


def _insert_one_by_one(engine: Engine, bare: Table) -> None:
    """What a loop does that keeps a row of the same size and commits it, on the same database."""
    row = bare_row()
    for _ in range(EACH):
        with writing(), engine.begin() as connection:
            connection.execute(insert(bare), {**row, "id": uuid.uuid4()})


def _confirm_all(port: int, links: list[str], sealed: str) -> float:
    """Seconds in which several browsers confirm by these links."""
    parts = [links[place::CLIENTS] for place in range(CLIENTS)]
    browsers = [_Browser(port, part[0], sealed) for part in parts]
    start = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        statuses = list(
            pool.map(lambda pair: [pair[0].confirm(link) for link in pair[1]], zip(browsers, parts, strict=True))
        )
    assert {status for part in statuses for status in part} == {303}, statuses
    return time.perf_counter() - start


def _post_all(port: int) -> None:
    """As many requests from as many browsers, to the page that keeps a bare row."""

    def send(times: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(times):
            connection.request("POST", "/", "", {})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 303
        connection.close()

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(send, [EACH // CLIENTS] * CLIENTS))


def _all_at_once(port: int, links: list[str], sealed: str) -> list[int]:
    browsers = [_Browser(port, links[0], sealed) for _ in range(CLIENTS)]
    with ThreadPoolExecutor(len(links)) as pool:
        return list(pool.map(lambda pair: browsers[pair[0] % CLIENTS].alone(pair[1]), enumerate(links)))


class _Browser:
    """A browser that opened a link once: it holds the cookie and the token that its forms carry."""

    def __init__(self, port: int, link: str, sealed: str) -> None:
        self.port, self.sealed = port, sealed
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.connection.request("GET", f"/chartes/lien/{link}")
        answer = self.connection.getresponse()
        page = answer.read().decode()
        self.cookie = (answer.headers["Set-Cookie"] or "").partition(";")[0]
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found, f"the page of a link gives no token: {answer.status}"
        self.token = found[1]
        self.connection.close()  # gunicorn would, before the first answer leaves: the others open their pages meanwhile

    def confirm(self, link: str) -> int:
        """Confirm by a link over the connection that is open; gives the status."""
        return self._send(self.connection, link)

    def alone(self, link: str) -> int:
        """Confirm over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            return self._send(connection, link)
        finally:
            connection.close()

    def _send(self, connection: http.client.HTTPConnection, link: str) -> int:
        body = urlencode({"csrf_token": self.token, "seen": self.sealed, "read": "y"})
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", f"/chartes/lien/{link}", body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
