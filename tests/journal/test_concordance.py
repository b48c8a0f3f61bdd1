"""Versions and answers edited by who administers the database: each is named, though the journal itself still holds."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from governance import concordance, signing
from models.charters.acceptance import Acceptance, Decision
from models.wording import sha256
from tests.cast import Stage
from tests.charters.crowd import Crowd, gather, text_of
from tests.client import HouseClient
from tests.journal.test_tampering import administrator, found, run

Write = Callable[[], AbstractContextManager[Session]]
Clients = Callable[[str | None], HouseClient]


@pytest.fixture
def crowd(write: Write, stage: Stage) -> Crowd:
    with write() as session:
        return gather(session, stage)


@pytest.fixture
def number(client: Clients, db: Session, crowd: Crowd) -> str:
    """The number of the answer that an agent gave."""
    sent = {"seen": text_of(db, crowd), "read": "y"}
    assert client("agent").post(f"/chartes/miennes/{crowd.asked['Agathe']}", sent).status == 303
    kept = db.query(Acceptance).one()
    assert kept.decision is Decision.ACCEPTED
    return kept.number


@pytest.fixture
def engine(app: Flask, number: str) -> Engine:
    opened: Engine = app.extensions["engine"]
    return opened


def reasons(app: Flask, engine: Engine) -> list[str]:
    with app.app_context():
        keys = signing.trusted_keys()
    return [reason for _chain, _seq, reason in found(engine, keys)]


def edit(engine: Engine, statement: str, **values: Any) -> None:
    with administrator(engine) as connection:
        connection.execute(text(statement), values)


def test_what_nobody_touched_agrees(app: Flask, engine: Engine) -> None:
    assert reasons(app, engine) == []


OTHER = uuid.uuid4()
EDITS = {
    "number": ("'R-2026-999999'", "numéro"),
    "person_name": ("'Somebody Else'", "personne"),
    "decision": ("'refused'", "réponse"),
    "channel": ("'kiosk'", "voie"),
    "means": ("'[]'", "moyens"),
    "at": ("'2001-01-01 00:00:00.000000'", "instant"),
    "statement": ("'Lu'", "phrase"),
    "reason": ("'Aucune'", "motif"),
    "sha256": (f"'{'0' * 64}'", "version, empreinte"),
    "seq": ("1", "place au journal"),
    "operator_name": ("'Somebody Else'", "recueil"),
    "witness_name": ("'Somebody Else'", "recueil"),
    "checked_by": ("'Somebody Else'", "recueil"),
    "signed_on": ("'2001-01-01'", "recueil"),
    "assistance": ("'language'", "recueil"),
}


@pytest.mark.parametrize("column", EDITS)
def test_an_answer_edited_by_hand_is_named(app: Flask, engine: Engine, number: str, column: str) -> None:
    value, label = EDITS[column]
    edit(engine, f"UPDATE charter_acceptance SET {column} = {value}")  # noqa: S608 -- our own words
    (reason,) = reasons(app, engine)
    assert reason == concordance.EDITED % ("R-2026-999999" if column == "number" else number, label)


def test_an_answer_given_to_somebody_else_is_named(app: Flask, engine: Engine, number: str, crowd: Crowd) -> None:
    other = crowd.people["Karim"]
    told = str(other) if engine.dialect.name == "postgresql" else other.hex
    edit(engine, f"UPDATE charter_acceptance SET person_id = '{told}'")  # noqa: S608 -- our own words
    assert reasons(app, engine) == [concordance.EDITED % (number, "personne")]


@pytest.mark.parametrize("value", ["'{}'", "'[1]'"])
def test_a_receipt_edited_by_hand_is_named(app: Flask, engine: Engine, number: str, value: str) -> None:
    edit(engine, f"UPDATE charter_acceptance SET receipt = {value}")  # noqa: S608 -- our own words
    assert reasons(app, engine) == [concordance.FORGED % number]


def test_an_answer_removed_by_hand_is_named(app: Flask, engine: Engine) -> None:
    edit(engine, "DELETE FROM charter_trace")
    edit(engine, "DELETE FROM charter_acceptance")
    assert reasons(app, engine) == [concordance.GONE]


def test_an_answer_added_by_hand_is_named(app: Flask, engine: Engine, number: str) -> None:
    columns = [column.name for column in Acceptance.__table__.columns]
    made = {"id": ":id", "number": "'R-2026-777777'", "decision": "'refused'"}
    chosen = ", ".join(made.get(name, f'"{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    identity = OTHER if engine.dialect.name == "postgresql" else OTHER.hex
    edit(
        engine,
        f"INSERT INTO charter_acceptance ({names}) SELECT {chosen} FROM charter_acceptance",  # noqa: S608 -- our own words
        id=identity,
    )
    assert reasons(app, engine) == [concordance.UNTOLD % "R-2026-777777"]


@pytest.mark.parametrize(
    "change",
    ["number = 7", f"sha256 = '{'0' * 64}'", "size = size + 1", "is_major = NOT is_major, accept_before = NULL"],
)
def test_a_version_edited_by_hand_is_named(app: Flask, engine: Engine, change: str) -> None:
    edit(engine, f"UPDATE charter_version SET {change}")  # noqa: S608 -- our own words
    said = reasons(app, engine)
    wanted = (
        concordance.TEXT_UNTOLD % (7, "Charte d’usage")
        if change == "number = 7"
        else (concordance.TEXT_EDITED % (1, "Charte d’usage"))
    )
    assert wanted in said
    if change == "number = 7":
        assert concordance.TEXT_GONE % 1 in said


@pytest.mark.parametrize(
    "change",
    [
        "title = 'Autre titre'",
        "populations = '[]'",
        "content = '{}'",
        "statements = '{}'",
        "effective_on = '2001-01-01'",
        "accept_before = '2099-01-01'",
        "note = 'Rien'",
        "published_at = '2001-01-01 00:00:00.000000'",
        "published_by = 'Somebody Else'",
    ],
)
def test_what_is_said_of_a_version_edited_by_hand_is_named(app: Flask, engine: Engine, change: str) -> None:
    edit(engine, f"UPDATE charter_version SET {change}")  # noqa: S608 -- our own words
    title = "Autre titre" if change.startswith("title") else "Charte d’usage"
    assert reasons(app, engine) == [concordance.ROW_EDITED % (1, title)]


def test_a_text_rewritten_with_its_digest_is_named(app: Flask, engine: Engine) -> None:
    forged = b"<body>\nfaux\n</body>"
    told = {"body": forged, "size": len(forged), "sha256": sha256(forged)}
    edit(engine, "UPDATE charter_version SET body = :body, size = :size, sha256 = :sha256", **told)
    assert reasons(app, engine) == [concordance.TEXT_EDITED % (1, "Charte d’usage")]


def test_the_command_and_the_page_name_the_answer(app: Flask, engine: Engine, number: str, client: Clients) -> None:
    assert run(app, "verify")[0] == 0
    edit(engine, "UPDATE charter_acceptance SET person_name = 'Somebody Else'")
    status, said, complaint = run(app, "verify")
    assert (status, said) == (1, "")
    assert f"la réponse {number} a été modifiée dans la base (personne)." in complaint
    assert number in client("dpo").get("/journal/verification").words
    assert number not in client("dpo-est").get("/journal/verification").words
