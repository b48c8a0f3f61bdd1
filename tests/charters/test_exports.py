"""The exact text of a version, its documents, and the sheets to sign."""

import datetime as dt
import io
import uuid
from pathlib import Path
from typing import Any

import docx
import pytest

from exports.charters import booklet, sheets
from models.base import now
from models.charters.charter import Charter, CharterVersion, Release
from models.charters.consultation import Consultation
from models.charters.exact import canonical, frozen
from models.charters.parts import CharterSection
from models.charters.words import CharterStatus, LegalStatus, Population, SectionKind
from models.consulting import GovernanceBody, Opinion
from models.differences import Change, differences, words
from models.wording import shown, spaced
from seed.charters import fill_from_model
from tests.exports.opened import pdf_facts, pdf_text

ON = dt.date(2026, 11, 26)
AUTHOR = "CH de l’Anse"


def version(**fields: Any) -> CharterVersion:
    """A version of the model charter, every blank filled."""
    charter = Charter(title="Charte d’accès", status=CharterStatus.DRAFT, legal_status=LegalStatus.PUBLIC, **fields)
    fill_from_model(charter, {})
    for blank in charter.blanks:
        blank.value = blank.value or blank.example
    decision = Release("Diane Petit", now(), ON, True, ON, ON + dt.timedelta(days=30), "Première", None)
    made = charter.publish(frozen(charter, decision), decision, consulted=True)
    made.id = uuid.UUID(int=0xAB << 120)
    return made


def consultations() -> list[Consultation]:
    return [
        Consultation(
            body=GovernanceBody.EXECUTIVE_BOARD, body_name="", held_on=dt.date(2026, 9, 20), opinion=Opinion.APPROVED,
            minutes="PV 12", notes="Sans réserve : adopté",
        )
    ]  # fmt: skip


def test_the_same_words_always_give_the_same_bytes() -> None:
    first, second = version(), version()
    assert (first.body, first.sha256) == (second.body, second.sha256)


def test_the_exact_text_escapes_what_could_be_markup() -> None:
    told = content(("A1", "<b>", ["<script>1</script> & « x »"]))
    body = canonical({**told, "title": "T & <i>"}, 1, "fr")
    assert b"<script>" not in body
    assert "&lt;script&gt;1&lt;/script&gt; &amp; «\u00a0x\u00a0»" in shown(body)
    assert "Article 1. &lt;b&gt;" in shown(body)
    assert shown(b"%PDF") == ""


def test_french_signs_never_begin_a_line() -> None:
    assert spaced("Quoi ? « Oui » : 5 %") == "Quoi\u00a0? «\u00a0Oui\u00a0»\u00a0: 5\u00a0%"


def test_the_booklet_holds_the_text_the_consultations_and_the_digest(tmp_path: Path) -> None:
    made = version(internal_rules="Annexe 4")
    told = " ".join(pdf_text(booklet.booklet(made, consultations(), AUTHOR, ON), tmp_path).split())
    for expected in ("Charte d’accès", AUTHOR, "Annexe 4", "Secret professionnel", "Directoire", "PV 12", "Signature"):
        assert expected in told
    assert made.sha256[:16] in told
    file = docx.Document(io.BytesIO(booklet.document(made, consultations(), AUTHOR, ON)))
    headings = [one.text for one in file.paragraphs if one.style is not None and one.style.name == "Heading 1"]
    assert headings[1].startswith("Préambule")
    assert "Annexe 6. Intelligence artificielle générative et messageries personnelles" in headings
    assert headings[-2:] == ["Consultations", "Arrêté et signature"]


def test_a_version_without_consultation_says_why(tmp_path: Path) -> None:
    made = version()
    made.unconsulted_reason = "Correction d’un numéro"
    told = pdf_text(booklet.booklet(made, [], AUTHOR, ON), tmp_path)
    assert "Correction d’un numéro" in told
    assert booklet.document(made, [], AUTHOR, ON).startswith(b"PK")


@pytest.mark.parametrize("kind", [SectionKind.SHORT, SectionKind.EASY])
def test_the_short_and_the_plain_texts_hold_on_one_page(kind: SectionKind, tmp_path: Path) -> None:
    content = sheets.short(version(), kind, AUTHOR, ON)
    assert int(pdf_facts(content, tmp_path)["Pages"]) == 1


def test_a_form_carries_its_version_its_digest_and_its_reference(tmp_path: Path) -> None:
    made = version()
    one = sheets.Signer("Roux", "Agathe", "Infirmière", "Urgences")
    told = pdf_text(sheets.form(made, AUTHOR, ON, one, "P7"), tmp_path)
    for expected in ("CH-AB000000-V1-P7", "Roux", "Agathe", "Urgences", "Télétravail et appareils mobiles"):
        assert expected in told
    assert made.sha256 in "".join(told.split())
    blank = pdf_text(sheets.form(made, AUTHOR, ON), tmp_path)
    assert "CH-AB000000-V1" in blank


def test_a_list_names_those_expected_and_leaves_lines(tmp_path: Path) -> None:
    told = pdf_text(sheets.roll(version(), AUTHOR, ON, "Urgences", [("ROUX Agathe", "Infirmière")]), tmp_path)
    for expected in ("Urgences", "ROUX Agathe", "CH-AB000000-V1-LISTE"):
        assert expected in told


# Differences


def test_words_added_and_removed_are_told_apart() -> None:
    assert words("Un accès personnel.", "Un accès strictement personnel.") == [
        (Change.SAME, "Un accès "),
        (Change.ADDED, "strictement "),
        (Change.SAME, "personnel."),
    ]
    assert words("a b", "a c") == [(Change.SAME, "a "), (Change.REMOVED, "b"), (Change.ADDED, "c")]


def content(*sections: tuple[str, str, list[str]]) -> dict[str, Any]:
    return {
        "title": "T",
        "sections": [
            {"kind": "article", "code": code, "title": title, "lines": lines, "populations": [], "acknowledgement": ""}
            for code, title, lines in sections
        ],
    }


def test_sections_are_told_as_added_removed_changed_or_the_same() -> None:
    before = content(("A1", "Un", ["x"]), ("A2", "Deux", ["Une longue phrase ici"]), ("A3", "Trois", ["z"]))
    after = content(
        ("A1", "Un", ["x"]), ("A2", "Deux bis", ["Une longue phrase là", "Tout neuf"]), ("A4", "Quatre", ["w"])
    )
    found = differences(before, after)
    assert [(one.title, one.change) for one in found] == [
        ("Un", Change.SAME),
        ("Deux bis", Change.CHANGED),
        ("Quatre", Change.ADDED),
        ("Trois", Change.REMOVED),
    ]
    title, phrase, new = found[1].paragraphs
    assert (Change.ADDED, " bis") in title or (Change.ADDED, "bis") in title
    assert phrase[0] == (Change.SAME, "Une longue phrase ")
    assert new == [(Change.ADDED, "Tout neuf")]


def test_only_whom_a_section_concerns_may_change() -> None:
    before, after = content(("A1", "Un", ["x"])), content(("A1", "Un", ["x"]))
    after["sections"][0]["populations"] = [Population.STAFF.value]
    assert [one.change for one in differences(before, after)] == [Change.CHANGED]


def test_a_section_of_the_text_names_itself_in_the_journal() -> None:
    assert CharterSection(kind=SectionKind.PREAMBLE, text="x").journal_title() == "Préambule"
