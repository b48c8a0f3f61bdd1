"""Spreadsheets hold what they were given, and nothing in them comes alive."""

import csv
import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from exports import sheets
from exports.columns import Column
from exports.sheets import Heading, Sheet
from exports.texts import CELL_LIMIT, CUT_MARK, guarded, is_cut, is_live, printable, shortened, unguarded
from tests.exports.opened import by_libreoffice
from tests.exports.samples import TERMS

INSTANT = dt.datetime(2026, 3, 2, 14, 5)  # noqa: DTZ001 -- spreadsheets know no time zone
TEXT = Column("description", "Description", "text")
LIVE = [
    "=1+1",
    "+33 4 00 00 00 00",
    "-5",
    "@SUM(A1)",
    "|calc",
    "%0A",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
    " =1",
    "\t=1",
    "\r\n=1",
    "\ufeff=1",
    "\u00a0=1",
    "\u200b=1",
    "'=1",
    "=cmd|'/C calc'!A0",
    '=HYPERLINK("http://x.example")',
    '=WEBSERVICE("x")',
]
ODD = ["", "'", "''", "a'=1", "#N/A", "#REF!", "TRUE", "0012", "1e5", "2026-01-01", "😀" * 20_000, "x" * 40_000]


def written(rows: list[list[Any]], **heading: Any) -> bytes:
    headings = [Heading(f"Colonne {n}", **heading) for n in range(len(rows[0]))]
    with sheets.xlsx([Sheet("Feuille", headings, rows)], "Essai", "Hôpital") as file:
        return file.read()


def read(content: bytes, title: str = "Feuille") -> list[list[Any]]:
    book = load_workbook(io.BytesIO(content), read_only=True)
    found = [[cell.value for cell in row] for row in book[title].iter_rows(min_row=2)]
    book.close()
    return found


def kept(text: str) -> str | None:
    """What a text is once it went out and came back: forms strip, and no format carries control characters."""
    return printable(text).strip() or None


def hostile(test: Any) -> Any:
    for text in LIVE + ODD[:-2]:
        test = example(text)(test)
    return test


@hostile
@settings(deadline=None)
@given(st.text(max_size=400))
def test_a_text_comes_back_equal_from_xlsx(text: str) -> None:
    (cell,) = read(written([[text]]))[0]
    assert TEXT.from_cell(cell, TERMS) == kept(text)


@hostile
@settings(deadline=None)
@given(st.text(max_size=400))
def test_a_text_comes_back_equal_from_csv(text: str) -> None:
    with sheets.csv_file([Heading("Description")], [[text]]) as file:
        rows = list(csv.reader(io.StringIO(file.read().decode("utf-8-sig"), newline=""), delimiter=";"))
    assert TEXT.from_cell(rows[1][0], TERMS) == kept(text)


@given(st.text(max_size=50))
def test_one_apostrophe_is_put_and_exactly_that_one_is_taken_off(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text) in (text, "'" + text)


@pytest.mark.parametrize("text", LIVE)
def test_what_might_be_a_formula_is_guarded(text: str) -> None:
    assert guarded(text) == "'" + text


@pytest.mark.parametrize("text", ["Paie", "l’agent", "1+1", "a = b", "", "'cité'"])
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert not is_live(text)
    assert guarded(text) == text


def test_no_formula_is_written_anywhere(tmp_path: Path) -> None:
    content = written([[text, text] for text in LIVE], choices=tuple(LIVE))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            assert not re.search(rb"<f[ >/]", archive.read(name)), f"a formula in {name}"
        assert b'quotePrefix="1"' in archive.read("xl/styles.xml")
    shown = by_libreoffice(content, "xlsx", tmp_path, "fods").read_text()
    assert "table:formula=" not in shown


def test_a_title_of_sheet_or_column_is_no_formula_either() -> None:
    with sheets.xlsx([Sheet("=1+1", [Heading("=2+2")], [["a"]])], "=3", "=4") as file:
        book = load_workbook(file)
    assert book["=1+1"]["A1"].data_type == "s"
    assert book["=1+1"]["A1"].value == "'=2+2"


def test_numbers_and_dates_stay_what_they_are() -> None:
    row = [12, -3.5, dt.date(2026, 3, 2), INSTANT, None, dt.date(1789, 7, 14)]
    found = read(written([row]))[0]
    assert found == [12, -3.5, INSTANT.replace(hour=0, minute=0), INSTANT, None, "1789-07-14"]
    assert Column("opened_on", "Ouverte", "date").from_cell(found[5], TERMS) == "1789-07-14"


@pytest.mark.parametrize("text", ["x" * 40_000, "😀" * 20_000, "=" * 32_767, "-" + "é" * 32_767])
def test_a_text_too_long_for_a_cell_is_cut_and_says_so(text: str) -> None:
    (cell,) = read(written([[text]]))[0]
    assert len(cell.encode("utf-16-le")) // 2 <= CELL_LIMIT
    assert is_cut(cell)
    assert unguarded(cell).removesuffix(CUT_MARK) == text[: len(unguarded(cell)) - len(CUT_MARK)]


@pytest.mark.parametrize("text", ["x" * 32_767, "😀" * 16_383])
def test_a_text_that_just_fits_is_whole(text: str) -> None:
    assert shortened(text) == text
    assert read(written([[text]]))[0] == [text]


def test_a_sheet_is_headed_frozen_filtered_and_fits_its_texts() -> None:
    rows: list[tuple[str | None, ...]] = [("court", "mot " * 100), ("a\nb\nc", None)]
    headings = [Heading("Un", 10), Heading("Deux", 40, choices=("Oui", "Non")), Heading("Id", 36, hidden=True)]
    with sheets.xlsx(
        [Sheet("Page", headings, ((*row, "x" * 36) for row in rows), frozen=1)], "Titre", "Auteur"
    ) as file:
        book = load_workbook(file)
    page = book["Page"]
    assert (page.freeze_panes, page.auto_filter.ref) == ("B2", "A1:C3")
    assert page["A1"].font.bold
    assert page.column_dimensions["B"].width == 40
    assert page.column_dimensions["C"].hidden
    assert (page.row_dimensions[2].height, page.row_dimensions[3].height) == (165, 45)
    assert page["A2"].alignment.wrap_text
    (rule,) = page.data_validations.dataValidation
    assert (rule.formula1, str(rule.sqref)) == ("'_listes'!$A$1:$A$2", "B2:B1048576")
    assert [cell.value for cell in book["_listes"]["A"]] == ["Oui", "Non"]
    assert book["_listes"].sheet_state == "hidden"
    assert (book.properties.title, book.properties.creator, book.properties.language) == ("Titre", "Auteur", "fr-FR")


def test_equal_choices_share_one_list() -> None:
    headings = [
        Heading("Un", choices=("a", "b")),
        Heading("Deux", choices=("c",)),
        Heading("Trois", choices=("a", "b")),
    ]
    with sheets.xlsx([Sheet("Page", headings, [])], "Titre", "Auteur") as file:
        book = load_workbook(file)
    assert [[cell.value for cell in row] for row in book["_listes"]] == [["a", "c"], ["b", None]]


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("Finalités", "Finalités"),
        ("a/b:c[d]*?\\", "a b c d"),
        ("'cité'", "cité"),
        ("", "Feuille"),
        ("History", "History (2)"),
        ("x" * 40, "x" * 31),
        ("\x00\t", "Feuille"),
    ],
)
def test_a_sheet_gets_a_title_that_spreadsheets_accept(asked: str, given: str) -> None:
    assert sheets.sheet_title(asked, set()) == given


def test_sheets_of_the_same_title_are_told_apart() -> None:
    taken: set[str] = set()
    titles = [sheets.sheet_title(title, taken) for title in ["Paie", "PAIE", "paie", "y" * 40, "y" * 50]]
    assert titles == ["Paie", "PAIE (2)", "paie (3)", "y" * 31, "y" * 27 + " (2)"]
    assert all(len(title) <= 31 for title in titles)


def test_csv_opens_in_a_french_spreadsheet() -> None:
    rows = [["é", dt.date(2026, 3, 2), True, None, INSTANT]]
    with sheets.csv_file([Heading(name) for name in "abcde"], rows) as file:
        content = file.read()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines()[1] == '"é";"02/03/2026";"True";"";"2026-03-02 14:05:00"'
