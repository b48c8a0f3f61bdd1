"""What a charter may become, what stops its publication, and that a published version never changes."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from governance.database import writing
from models.base import months_after, now
from models.charters.charter import Charter, CharterVersion, Frozen, Release
from models.charters.consultation import Consultation
from models.charters.parts import CharterBlank, CharterChoice, CharterSection, CharterSentence
from models.charters.text import content_of, sentences_of
from models.charters.verification import Verification
from models.charters.words import Channel, CharterStatus, Finding, Frequency, MediaType, SectionKind
from models.consulting import GovernanceBody, Opinion
from models.rules import RuleBroken
from models.wording import blanks_in
from tests.cast import Stage

TODAY = dt.date(2026, 3, 2)
LATER = dt.date(2026, 4, 1)
LATEST = dt.date(2026, 5, 1)
Write = Callable[[], AbstractContextManager[Session]]
ANSWERS = [
    {"value": "no", "label": "Non", "text": "C’est interdit."},
    {"value": "yes", "label": "Oui", "text": "Le {lieu} dit oui."},
]


def charter(**fields: Any) -> Charter:
    made = Charter(title="Charte d’usage", status=CharterStatus.DRAFT, **fields)
    made.sections = [
        CharterSection(kind=SectionKind.ARTICLE, title="Accès", text="Vous entrez à {etablissement}.\n{choix:pret}"),
        CharterSection(
            kind=SectionKind.ANNEX, title="IA", text="Version {numero_version}.", acknowledgement="{employeur}"
        ),
    ]
    made.choices = [CharterChoice(code="pret", question="Prêter ?", chosen="no", answers=ANSWERS)]
    made.blanks = [CharterBlank(name="etablissement", value="Anse"), CharterBlank(name="lieu")]
    made.sentences = [CharterSentence(channel=Channel.PAPER, statement="Je, {nom}, ai lu la version {numero_version}.")]
    return made


def frozen(body: bytes = b"texte") -> Frozen:
    return Frozen(body, MediaType.HTML, {"title": "t", "sections": []}, {})


def release(**changed: Any) -> Release:
    usual = {
        "by": "Diane Petit", "at": now(), "on": TODAY, "is_major": True, "effective_on": LATER,
        "accept_before": LATEST, "note": "Ce qui change", "unconsulted_reason": None,
    }  # fmt: skip
    return Release(**{**usual, **changed})


def test_the_text_is_read_with_its_blanks_filled_and_its_choice_in_place() -> None:
    content = content_of(charter(), {"numero_version": "2"})
    assert content["sections"][0]["lines"] == ["Vous entrez à Anse.", "C’est interdit."]
    assert content["sections"][1]["lines"] == ["Version 2."]
    sentences = sentences_of(charter(), {"numero_version": "2"})
    assert sentences["paper"]["statement"] == "Je, {nom}, ai lu la version 2."


def test_only_the_blanks_of_what_is_chosen_are_asked_for() -> None:
    made = charter()
    assert (made.used_blanks(), made.unfilled(), made.missing()) == (["etablissement"], [], [])
    made.choices[0].chosen = "yes"
    assert made.unfilled() == ["lieu"]
    assert made.missing() == ["Des champs du texte ne sont pas remplis."]
    made.choices[0].chosen = None
    assert "Tous les choix ne sont pas faits." in made.missing()
    assert blanks_in(["{a} {b} {a}", None, "{Pas un champ} {}"]) == ["a", "b"]


def test_a_charter_without_text_is_not_published() -> None:
    empty = Charter(title="Vide", status=CharterStatus.DRAFT)
    with pytest.raises(RuleBroken, match="Le texte est vide"):
        empty.publish(frozen(), release(), consulted=True)


def test_publishing_freezes_the_bytes_with_their_digest() -> None:
    made = charter()
    version = made.publish(frozen("Été".encode()), release(), consulted=True)
    assert (version.number, version.size, version.is_intact()) == (1, 5, True)
    assert version.sha256 == hashlib.sha256("Été".encode()).hexdigest()
    assert (made.status, made.published_number, made.next_number) == (CharterStatus.PUBLISHED, 1, 2)
    version.body = b"Ete"
    assert not version.is_intact()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"is_major": False, "accept_before": None}, "is_major"),
        ({"effective_on": TODAY - dt.timedelta(days=1)}, "effective_on"),
        ({"accept_before": None}, "accept_before"),
        ({"accept_before": LATER}, "accept_before"),
    ],
)
def test_a_first_version_whose_dates_do_not_hold_is_refused(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        charter().publish(frozen(), release(**changed), consulted=True)
    assert refused.value.field == field


def test_a_later_version_says_what_changes_and_a_minor_one_has_no_deadline() -> None:
    made = charter(published_number=1)
    for changed, field in (({"note": None}, "note"), ({"is_major": False}, "accept_before")):
        with pytest.raises(RuleBroken) as refused:
            made.publish(frozen(), release(**changed), consulted=True)
        assert refused.value.field == field
    assert made.publish(frozen(), release(is_major=False, accept_before=None), consulted=True).number == 2


def test_publishing_without_consultation_needs_a_written_reason() -> None:
    with pytest.raises(RuleBroken) as refused:
        charter().publish(frozen(), release(), consulted=False)
    assert refused.value.field == "unconsulted_reason"
    reason = "Correction d’une adresse, sans effet sur les règles"
    assert charter().publish(frozen(), release(unconsulted_reason=reason), consulted=False).unconsulted_reason == reason


def test_a_closed_charter_is_neither_edited_nor_published_until_reopened() -> None:
    made = charter()
    with pytest.raises(RuleBroken) as refused:
        made.archive(TODAY, " ")
    assert refused.value.field == "reason"
    made.archive(TODAY, "Abandonnée")
    for act in (
        lambda: made.touch("x", now()),
        lambda: made.publish(frozen(), release(), consulted=True),
        lambda: made.archive(TODAY, "encore"),
    ):
        with pytest.raises(RuleBroken, match="close"):
            act()
    made.reopen()
    assert (made.status, made.closed_on) == (CharterStatus.DRAFT, None)
    with pytest.raises(RuleBroken):
        made.reopen()


def test_a_charter_is_replaced_only_by_another_published_one() -> None:
    old, new = charter(), charter()
    for wrong in (old, new):
        with pytest.raises(RuleBroken) as refused:
            old.replace_by(wrong, TODAY, "Refonte")
        assert refused.value.field == "replaced_by_id"
    new.publish(frozen(), release(), consulted=True)
    old.replace_by(new, TODAY, "Refonte")
    assert (old.status, old.replaced_by) == (CharterStatus.REPLACED, new)


def test_a_copy_has_the_whole_text_and_nothing_of_the_life() -> None:
    made = charter(published_number=3)
    twin = made.copy("Charte des externes", "Diane Petit", now())
    assert content_of(twin, {}) == {**content_of(made, {}), "title": "Charte des externes"}
    assert (twin.status, twin.published_number) == (CharterStatus.DRAFT, None)


def test_only_a_pdf_is_taken_as_a_pdf() -> None:
    made = Charter(title="Déposée", status=CharterStatus.DRAFT)
    with pytest.raises(RuleBroken) as refused:
        made.put_pdf(b"PK\x03\x04", "charte.pdf")
    assert refused.value.field == "file"
    made.put_pdf(b"%PDF-1.7 ...", "charte.pdf")
    assert (made.is_uploaded, made.missing()) == (True, [])


def test_a_consultation_is_past_and_its_body_named() -> None:
    held = Consultation(body=GovernanceBody.OTHER, body_name="", held_on=TODAY, opinion=Opinion.FAVOURABLE)
    with pytest.raises(RuleBroken, match="Nommez"):
        held.check(TODAY)
    held.body_name = "Collège des internes"
    held.check(TODAY)
    held.held_on = LATER
    with pytest.raises(RuleBroken, match="passée"):
        held.check(TODAY)


def test_a_check_of_application_holds_together_and_calls_for_the_next() -> None:
    done = Verification(title="Sessions", checked_on=TODAY, finding=Finding.APPLIED, sample=10, found=1)
    done.check(TODAY)
    assert done.due_on is None
    done.frequency = Frequency.QUARTERLY
    assert done.due_on == dt.date(2026, 6, 2)
    for name, value, field in (
        ("found", 11, "found"),
        ("finding", Finding.NOT_APPLIED, "observations"),
        ("next_on", TODAY, "next_on"),
        ("checked_on", LATER, "checked_on"),
    ):
        wrong = Verification(title="S", checked_on=TODAY, finding=Finding.APPLIED, sample=10, found=1)
        setattr(wrong, name, value)
        with pytest.raises(RuleBroken) as refused:
            wrong.check(TODAY)
        assert refused.value.field == field
    assert months_after(dt.date(2024, 8, 31), 6) == dt.date(2025, 2, 28)


# In the database


@pytest.fixture
def published(write: Write, stage: Stage) -> uuid.UUID:
    """A charter of the hospital, published twice."""
    with write() as session:
        made = charter(establishment_id=stage.establishments["CHA"])
        made.touch("Diane Petit", now())
        session.add(made)
        session.add(made.publish(frozen(), release(at=now() - dt.timedelta(days=2)), consulted=True))
        session.flush()
        session.add(made.publish(frozen(b"autre"), release(is_major=False, accept_before=None), consulted=True))
        session.flush()
        return made.id


def test_the_latest_version_supersedes_the_one_before(published: uuid.UUID, db: Session) -> None:
    made = db.get_one(Charter, published)
    latest, first = db.scalars(CharterVersion.of(made)).all()
    assert (latest.is_superseded, first.is_superseded) == (False, True)
    assert first.superseded_at == latest.published_at


FORBIDDEN = {
    "sqlite": (
        "UPDATE charter_version SET body = 'x'",
        "UPDATE charter_version SET published_by = 'x' WHERE number = 1",
        "DELETE FROM charter_version",
        "INSERT OR REPLACE INTO charter_version SELECT * FROM charter_version WHERE number = 1",
    ),
    "postgresql": (
        "UPDATE charter_version SET body = 'x'",
        "UPDATE charter_version SET published_by = 'x' WHERE number = 1",
        "DELETE FROM charter_version",
        "TRUNCATE charter_version CASCADE",
        "INSERT INTO charter_version SELECT * FROM charter_version WHERE number = 1 "
        "ON CONFLICT (id) DO UPDATE SET body = 'x'",
    ),
}


def test_the_database_refuses_to_change_a_published_version(app: Flask, published: uuid.UUID, db: Session) -> None:
    engine = app.extensions["engine"]
    for statement in FORBIDDEN[engine.dialect.name]:
        with (
            pytest.raises(DBAPIError, match="ne se modifient pas"),
            writing(),
            engine.begin() as opened,
        ):
            opened.execute(text(statement))
    assert [version.is_intact() for version in db.scalars(CharterVersion.of(db.get_one(Charter, published)))] == [
        True
    ] * 2
