"""A file goes in, its sheets come out: every format, as strangers write it."""

import datetime as dt
import io
import json
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.imports import reader
from governance.imports.formats.answer import answer
from governance.imports.formats.styles import Shape, shape_of
from governance.imports.reader import Row, Sheet, Unreadable, letters, read, read_json
from tests.imports import builders

MORNING = dt.datetime.fromisoformat("2026-05-15T08:30")
TABLE: list[list[Any]] = [
    ["Nom du traitement", "Référence", None],
    ["Gestion de la paie", "T-001", "fin"],
    [],
    ["Recrutement", 12, 1.5],
]


def rows(data: bytes, name: str) -> list[Row]:
    """The rows of the one sheet of a file, the same whether the child reads it or we do."""
    (sheet,) = read(data, name)
    out = io.BytesIO()
    answer(data, sheet.name, out)
    assert reader._sheets(out.getvalue().splitlines(keepends=True))[0][0].rows[:] == sheet.rows
    return list(sheet.rows)


def test_a_workbook_comes_out_sheet_by_sheet():
    data = builders.xlsx({"Registre": TABLE, "Listes": [["a"]]}, hidden=["Listes"])
    registre, listes = read(data, "registre.xlsx")
    assert registre == Sheet(
        "Registre",
        [["Nom du traitement", "Référence"], ["Gestion de la paie", "T-001", "fin"], [], ["Recrutement", 12, 1.5]],
    )
    assert (listes.name, listes.hidden, listes.remarks) == ("Listes", True, [])


def test_rows_are_there_before_the_file_is_read_to_its_end():
    out = io.BytesIO()
    answer(builders.xlsx({"F": [["Nom"], *([str(number)] for number in range(2_000))]}), "F", out)
    lines = iter(out.getvalue().splitlines(keepends=True))
    (sheet,), _ = reader._sheets(lines)
    assert (sheet.rows[0], sheet.rows[1:3], bool(sheet.rows)) == (["Nom"], [["0"], ["1"]], True)
    assert len(list(lines)) > 2
    with pytest.raises(Unreadable, match="trop de temps"):
        len(sheet.rows)


def test_dates_booleans_and_errors_keep_their_nature():
    book = [[dt.date(2026, 5, 15), MORNING, True, "#REF!", "  texte  "]]
    assert rows(builders.xlsx({"F": book}), "f.xlsx") == book


def test_a_postcode_keeps_the_zero_that_its_format_shows():
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"], sheet["C1"] = 1000, 102030405, 12
    sheet["A1"].number_format, sheet["B1"].number_format = "00000", '0#" "##" "##" "##" "##'
    out = io.BytesIO()
    book.save(out)
    assert rows(out.getvalue(), "f.xlsx") == [["01000", "0102030405", 12]]


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        ("dd/mm/yyyy", Shape(is_moment=True)),
        ("[$-40C]d\\ mmmm\\ yyyy;@", Shape(is_moment=True)),
        ("dd/mm/yyyy hh:mm", Shape(is_moment=True, has_hour=True)),
        ("[h]:mm", Shape(is_moment=True, has_hour=True)),
        ('# ##0" jours"', Shape()),
        ("[Red]0.00", Shape()),
        ("0.00E+00", Shape()),
        ("General", Shape()),
        ("00000", Shape(zeros=5)),
    ],
)
def test_a_number_format_says_what_the_number_is(code: str, shape: Shape):
    assert shape_of(code) == shape


def test_formulas_give_their_last_value_and_say_when_they_have_none():
    data = builders.raw_xlsx(
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"a"&amp;"b"</f><v>ab</v></c>'
        '<c r="C1"><f>NOW()</f></c><c r="D1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    )
    (sheet,) = read(data, "f.xlsx")
    assert sheet.rows == [[2, "ab", None, "#DIV/0!"]]
    assert "1 formule(s) n’ont pas de résultat enregistré, la première en C1" in sheet.remarks[0]


def test_shared_strings_join_their_runs_and_drop_their_pronunciation():
    strings = (
        f"<sst {builders.MAIN}><si><r><t>Gestion </t></r><r><t>de la paie</t></r>"
        "<rPh sb='0' eb='1'><t>non</t></rPh></si>"
        "<si><t>ligne_x000A_suivante _x005F_x000A_</t></si></sst>"
    )
    data = builders.raw_xlsx(
        '<row r="2"><c r="B2" t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>99</v></c></row>',
        sharedStrings=strings,
    )
    assert rows(data, "f.xlsx") == [[], [None, "Gestion de la paie", "ligne\nsuivante _x000A_"]]


def test_cells_may_come_in_any_order_and_rows_without_number():
    data = builders.raw_xlsx('<row><c r="C1"><v>3</v></c><c r="A1"><v>1</v></c></row><row><c><v>4</v></c></row>')
    assert rows(data, "f.xlsx") == [[1, None, 3], [4]]


def test_days_are_counted_as_the_workbook_says():
    workbook = builders.XLSX_WORKBOOK.replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    styles = f'<styleSheet {builders.MAIN}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    row = '<row r="1"><c r="A1" s="1"><v>44694</v></c><c r="B1" s="1"><v>59</v></c><c r="C1" s="1"><v>1E9</v></c></row>'
    assert rows(builders.raw_xlsx(row, styles=styles, workbook=workbook), "f.xlsx") == [
        [dt.date(2026, 5, 14), dt.date(1904, 2, 29), 1e9]
    ]
    assert rows(builders.raw_xlsx(row, styles=styles), "f.xlsx") == [[dt.date(2022, 5, 13), dt.date(1900, 2, 28), 1e9]]


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
CELLS = st.one_of(st.none(), WORDS, st.integers(-(10**9), 10**9), st.booleans(), st.dates(dt.date(1950, 1, 1)))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=5), min_size=1, max_size=5))
def test_we_read_what_openpyxl_reads(table: list[list[object]]):
    data = builders.xlsx({"F": [[cell if cell != "" else None for cell in row] for row in table]})
    theirs = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["F"]
    expected = [[value.date() if isinstance(value, dt.datetime) else value for value in row] for row in theirs.values]
    try:
        ours = rows(data, "f.xlsx")
    except Unreadable:
        ours = []
    width = max((len(row) for row in expected), default=0)
    padded = [row + [None] * (width - len(row)) for row in ours]
    assert [row for row in padded if any(cell is not None for cell in row)] == [
        row for row in expected if any(cell is not None for cell in row)
    ]


def test_an_ods_gives_its_own_text_without_the_comments_and_without_its_million_rows():
    data = builders.ods(
        {
            "Liste": [
                builders.ods_row(
                    ["Nom du traitement", 75001.0, True, dt.date(2018, 5, 26)], comments={0: "À compléter"}
                ),
                builders.ods_row(["ligne\nsuivante", "01000", None, "fin"]),
                builders.ods_row([None]),
                builders.ods_row(["répétée"], repeated=2),
            ],
            "5_-_Listes": [["Salariés"]],
        },
        hidden="5_-_Listes",
    )
    liste, listes = read(data, "registre.ods")
    assert liste.rows == [
        ["Nom du traitement", 75001, True, dt.date(2018, 5, 26)],
        ["ligne\nsuivante", "01000", None, "fin"],
        [],
        ["répétée"],
        ["répétée"],
    ]
    assert listes.hidden


def test_an_ods_cell_keeps_spaces_links_and_shown_zeros_and_skips_what_a_merge_covers():
    row = (
        "<table:table-row><table:table-cell office:value-type='string'><text:p>a<text:s text:c='3'/>b<text:line-break/>"
        "<text:a>lien</text:a></text:p></table:table-cell><table:covered-table-cell><text:p>caché</text:p>"
        "</table:covered-table-cell>"
        "<table:table-cell office:value-type='float' office:value='1000'><text:p>01000</text:p></table:table-cell>"
        "<table:table-cell office:value-type='percentage' office:value='0.5'><text:p>50 %</text:p>"
        "</table:table-cell><table:table-cell office:value-type='float' office:value='0'><text:p>#DIV/0!</text:p>"
        "</table:table-cell></table:table-row>"
    )
    assert rows(builders.ods({"F": [row]}), "f.ods") == [["a   b\nlien", None, "01000", "50 %", "#DIV/0!"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_text_is_read_whatever_its_encoding_and_separator(encoding: str, separator: str):
    table = [
        ["Nom du traitement", "Finalité", "Durée"],
        ["Gestion, de la paie", 'dite "la paie"', "5 ans"],
        ["Réclamations; plaintes", "ligne\nsuivante", "à définir"],
    ]
    assert rows(builders.text(table, separator, encoding), "f.csv") == table


def test_commas_in_free_text_do_not_pass_for_separators():
    data = b"ref;traitement;donnees\r\nOP-01;Appels;Voix, identite, vie\r\nOP-02;Saisie;a, b, c, d\r\n"
    assert rows(data, "f.csv")[1] == ["OP-01", "Appels", "Voix, identite, vie"]


def test_a_declared_separator_is_obeyed_and_counts_as_a_row():
    assert rows(b"sep=,\r\na,b;c\r\n", "f.csv") == [[], ["a", "b;c"]]


def test_text_of_one_column_and_old_line_ends():
    assert rows(b"Nom\rPaie\rRecrutement", "f.txt") == [["Nom"], ["Paie"], ["Recrutement"]]


def test_an_open_quote_is_named_by_its_row():
    data = b'nom;finalite\r\na;"b;c"\r\nc;"jamais ferme\r\nd;e\r\n'
    with pytest.raises(Unreadable, match="À partir de la ligne 3, un guillemet ouvert"):
        read(data, "f.csv")


def test_quotes_that_close_no_cell_glue_no_lines_together():
    data = 'Traitement;Finalité;Base légale\r\n"Pas fermé;abc;Contrat\r\nAutre;def;"Contrat" x\r\n'.encode()
    (sheet,) = read(data, "f.csv")
    assert sheet.rows == [
        ["Traitement", "Finalité", "Base légale"], ["Pas fermé", "abc", "Contrat"], ["Autre", "def", 'Contrat" x'],
    ]  # fmt: skip
    assert [remark.partition(" : ")[0] for remark in sheet.remarks] == [
        "Des guillemets de ce fichier ne ferment aucune cellule, le premier à la ligne 2"
    ]


def test_a_cell_that_may_have_swallowed_lines_is_named():
    head, glued, plain = "Nom;Finalité;Base", 'Paie;"payer;Contrat\r\nAutre;b;";x', 'Long;"a ; b\r\nc";Contrat'
    (sheet,) = read(f"{head}\r\n{plain}\r\n{glued}\r\n".encode(), "f.csv")
    assert len(sheet.rows) == 3
    assert [remark.partition(" du fichier")[0] for remark in sheet.remarks] == ["À la ligne 4"]
    (sheet,) = read(f"{head}\r\n{plain}\r\n".encode(), "f.csv")
    assert sheet.remarks == []


def test_a_name_that_promises_something_else_is_said_and_the_content_read():
    (sheet,) = read(b"nom;ref\r\na;b\r\n", "registre.xlsx")
    assert sheet.remarks == [
        "Le fichier « registre.xlsx » contient en réalité du texte (.csv) : il a été lu comme tel."
    ]


def test_only_our_own_json_is_read():
    ours = {"format": "vigie-register", "schema": 1, "activities": [{"fields": {"name": "Paie"}, "parts": {}}]}
    assert read_json(json.dumps(ours).encode())["activities"][0]["fields"] == {"name": "Paie"}
    for other in (
        b"[]",
        b"{}",
        b"{",
        b"[" * 100_000,
        b'{"format": NaN}',
        json.dumps({**ours, "activities": 1}).encode(),
    ):
        with pytest.raises(Unreadable, match=r"\.$"):
            read_json(other)
    with pytest.raises(Unreadable, match="trop de temps"):
        read_json(b"[" + b"[]," * 3_000_000 + b"[]]")
    with pytest.raises(Unreadable, match="JSON"):
        read(b'{"pia": {}}', "pia.json")


def test_columns_are_named_as_a_spreadsheet_does():
    assert [letters(column) for column in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


def test_a_text_that_begins_as_an_archive_an_image_or_json_is_still_text():
    for start in ("PK", "BM", "[Réf]", "{réf}"):
        assert rows(f"{start};Nom\r\n1;Paie\r\n".encode(), "f.csv")[0] == [start, "Nom"]
