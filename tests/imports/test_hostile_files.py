"""Files made to harm, or simply broken: each is refused with a sentence that says what to do, quickly."""

import io
import random
import re
import resource
import sys
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.imports import reader
from governance.imports.formats import answer as child
from governance.imports.reader import Row, Sheet, Unreadable, read
from governance.imports.understand import read_and_understand, understand
from tests.imports import builders
from tests.imports.cases import terms

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
LAUGHS = (
    '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>'
    f"<worksheet {builders.MAIN}><sheetData><row><c t='str'><v>&d;</v></c></row></sheetData></worksheet>"
)


def seconds_of_children() -> float:
    """Processor time that finished child processes took: it does not grow because the machine is busy elsewhere."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def utf16(name: str) -> bytes:
    return name.encode("utf-16-le")


REFUSED = {
    "vide": (b"", "vide"),
    "blanc": (b" \r\n\t", "vide"),
    "pdf": (b"%PDF-1.7 ...", "document PDF"),
    "image": (b"\x89PNG\r\n\x1a\n", "image"),
    "rtf": (b"{\\rtf1 bonjour}", "RTF"),
    "vieux xls": (OLE + utf16("Workbook"), "vieux format Excel"),
    "xls sans enveloppe": (b"\x09\x08\x10\x00\x00\x06\x05\x00", "vieux format Excel"),
    "mot de passe": (OLE + utf16("EncryptedPackage"), "mot de passe"),
    "vieux doc": (OLE + utf16("WordDocument"), "ancien format"),
    "page web": (b"\xef\xbb\xbf <html><table><tr><td>Nom</td></tr></table></html>", "page web"),
    "xml": (b'<?xml version="1.0"?><Workbook/>', "XML"),
    "docx": (builders.zipped({"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"}), "pas un tableur"),
    "odt": (builders.zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "pas un tableur"),
    "xlsb": (builders.zipped({"xl/workbook.bin": "x"}), "xlsb"),
    "zip": (builders.zipped({"registre.csv": "a;b"}), "archive zip"),
    "xlsx sans classeur": (builders.zipped({"[Content_Types].xml": "<a/>"}), "abîmé"),
    "xlsx sans feuille": (builders.zipped({"xl/workbook.xml": builders.XLSX_WORKBOOK}), "abîmé"),
    "xml mal formé": (builders.raw_xlsx("", whole="<worksheet><sheetData>"), "abîmé"),
    "ods chiffré": (builders.ods({"F": [["a"]]}, manifest="<manifest:encryption-data/>"), "mot de passe"),
    "ods sans contenu": (builders.zipped({"mimetype": builders.ODS_TYPE}), "abîmé"),
    "entités": (builders.raw_xlsx("", whole=LAUGHS), "interdites"),
    "entités en UTF-16": (
        builders.zipped({"mimetype": builders.ODS_TYPE, "content.xml": LAUGHS.encode("utf-16")}),
        "interdites",
    ),
    "nulls": (b"nom;ref\r\na\x00b;c\r\n", "octets nuls"),
    "binaire": (bytes(range(1, 256)) * 20, "octets nuls"),
    "cellules vides": (builders.xlsx({"F": []}), "aucune cellule"),
    "tronqué": (builders.xlsx({"F": [["a"] * 50] * 50})[:3000], "abîmé"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_a_reason(name: str):
    data, reason = REFUSED[name]
    with pytest.raises(Unreadable, match=reason) as refusal:
        read(data, "registre.xlsx")
    assert refusal.value.sentence.endswith(".")


def test_a_file_too_big_is_refused_unread():
    with pytest.raises(Unreadable, match=r"Le fichier pèse 25,0 Mo ; Vigie en lit 25 au plus\."):
        read(bytes(reader.MAX_BYTES + 1), "f.xlsx")


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576", "GS1"])
def test_a_far_cell_leaves_its_sheet_out_at_once(cell: str):
    row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    data = builders.raw_xlsx(f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c r="{cell}"><v>1</v></c></row>')
    before = seconds_of_children()
    with pytest.raises(Unreadable, match=f"jusqu’à la cellule {cell}"):
        read(data, "f.xlsx")
    assert seconds_of_children() - before < 1
    with pytest.raises(Unreadable, match=f"jusqu’à la cellule {cell}"):
        read_and_understand(data, "f.xlsx", terms())


def test_a_sheet_too_wide_does_not_take_the_others_away():
    planning, registre = read(builders.xlsx({"Gantt": [["x"] * 400], "Registre": [["Nom"]]}), "f.xlsx")
    assert "au-delà des 200 colonnes" in planning.remarks[0]
    assert (planning.rows, registre.rows) == ([], [["Nom"]])


@pytest.mark.parametrize("write", [builders.xlsx, builders.ods], ids=["xlsx", "ods"])
def test_a_register_with_a_far_cell_at_its_end_gives_nothing_but_the_other_sheet(write: Callable[..., bytes]):
    head = ["Nom du traitement", "Finalité", "Base légale", "Destinataires"]
    lines = [[f"Fiche {number}", "Suivi", "Contrat", "Paie"] for number in range(1_200)]
    data = write({"Siège": [head, *lines[:3]], "Annexe": [head, *lines, [*["x"] * 300]]})
    found = read_and_understand(data, "f", terms())
    assert [one.record["fields"]["name"] for one in found.records] == ["Fiche 0", "Fiche 1", "Fiche 2"]
    assert any("« Annexe » n’est pas lue" in issue.sentence for issue in found.issues)


def test_a_row_that_comes_back_is_a_broken_file():
    row = '<row r="{}"><c t="str"><v>a</v></c></row>'
    with pytest.raises(Unreadable, match="abîmé"):
        read(builders.raw_xlsx(row.format(2) + row.format(1)), "f.xlsx")


def test_repeated_ods_cells_do_not_fill_the_memory():
    wide = (
        '<table:table-row><table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
    )
    with pytest.raises(Unreadable, match="XFD1"):
        read(builders.ods({"F": [f"{wide}</table:table-row>"]}), "f.ods")
    with pytest.raises(Unreadable, match="dépasse"):
        read(builders.ods({"F": [builders.ods_row(["x"] * 100, repeated=100_000)]}), "f.ods")


def test_a_bomb_is_refused_before_it_goes_off():
    row = '<row><c t="str"><v>boum</v></c></row>'
    before = seconds_of_children()
    with pytest.raises(Unreadable, match="démesuré"):
        read(builders.raw_xlsx(row * 3_000_000), "f.xlsx")
    assert seconds_of_children() - before < 5


def test_an_entry_that_lies_about_its_size_is_counted_while_it_inflates():
    honest = builders.raw_xlsx('<row><c t="str"><v>boum</v></c></row>' * 600_000)
    size = len(zipfile.ZipFile(io.BytesIO(honest)).read("xl/worksheets/sheet1.xml"))
    lying = honest.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert lying != honest
    with pytest.raises(Unreadable):
        read(lying, "f.xlsx")


def test_too_many_entries_are_refused():
    with pytest.raises(Unreadable, match="démesuré"):
        read(builders.zipped({f"xl/{number}": "" for number in range(1001)}), "f.xlsx")


def test_a_zip_with_a_password_is_told_from_a_broken_one():
    data = bytearray(builders.xlsx({"F": [["a"]]}))
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        start = data.find(signature)
        data[start + offset] |= 1
    with pytest.raises(Unreadable, match="mot de passe"):
        read(bytes(data), "f.xlsx")


def test_an_endless_cell_and_a_lone_surrogate_come_through():
    (sheet,) = read(("nom;ref\r\n" + "a" * 10**6 + ";b\r\n").encode(), "f.csv")
    assert len(str(sheet.rows[1][0])) == 10**6
    (sheet,) = read(builders.raw_xlsx('<row><c t="str"><v>a_xD800_b</v></c></row>'), "f.xlsx")
    assert sheet.rows == [["a\ud800b"]]


def test_a_child_that_dies_or_dawdles_is_an_unreadable_file(monkeypatch: pytest.MonkeyPatch, tmp_path):
    for script in ("raise SystemExit(3)", "import time; time.sleep(20)", "pass"):
        other = tmp_path / "child.py"
        other.write_text(script)
        monkeypatch.setattr(reader, "SANDBOX", other)
        monkeypatch.setattr(reader, "PATIENCE", 1)
        with pytest.raises(Unreadable, match="trop de temps"):
            read(b"nom;ref\r\na;b\r\n", "f.csv")


def test_the_child_cannot_take_all_the_memory(tmp_path, monkeypatch: pytest.MonkeyPatch):
    greedy = tmp_path / "child.py"
    source = reader.SANDBOX.read_text().replace("Path(__file__)", f"Path({str(reader.SANDBOX)!r})")
    greedy.write_text(source.replace("    answer(sys", "    bytes(2**31)\n    answer(sys"))
    monkeypatch.setattr(reader, "SANDBOX", greedy)
    with pytest.raises(Unreadable, match="mémoire"):
        read(b"nom;ref\r\na;b\r\n", "f.csv")


def _mutated(data: bytes, random_: random.Random) -> bytes:
    bytes_ = bytearray(data)
    for _ in range(random_.randint(1, 8)):
        where = random_.randrange(len(bytes_) or 1)
        choice = random_.randrange(3)
        if choice == 0:
            bytes_[where : where + 1] = random_.randbytes(1)
        elif choice == 1:
            del bytes_[where : where + random_.randint(1, 40)]
        else:
            bytes_[where:where] = random_.randbytes(random_.randint(1, 10))
    return bytes(bytes_)


SEEDS = (
    builders.xlsx({"F": [["Nom", "Réf"], ["Paie", 12], [True, 1.5]]}),
    builders.ods({"F": [["Nom", "Réf"], ["Paie", 12.0]]}),
    builders.text([["Nom", "Réf"], ['Pa"ie', "12"]]),
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.binary(max_size=300), st.builds(_mutated, st.sampled_from(SEEDS), st.randoms(use_true_random=False)))
)
def test_no_bytes_make_anything_but_sheets_or_a_refusal(data: bytes):
    out = io.BytesIO()
    child.answer(data, "f", out)
    lines = out.getvalue().splitlines()
    try:
        sheets, kind = reader._sheets(out.getvalue().splitlines(keepends=True))
    except Unreadable:
        assert lines[-1].endswith(b'."}')
    else:
        assert kind in ("xlsx", "ods", "text")
        assert all(isinstance(sheet, Sheet) for sheet in sheets)


HOSTILE = [
    unit * (50_000 // len(unit))
    for unit in ("a", "0 ", " ", "\n", "(", "(a", "<p ", "[", ", rue ", "1:", "- ", "a.", "_")
]
PATTERNS = sorted(
    {
        pattern
        for name, module in sys.modules.items()
        if name.startswith("governance.imports.")
        for pattern in vars(module).values()
        if isinstance(pattern, re.Pattern)
    },
    key=lambda pattern: str(pattern.pattern),
)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: str(pattern.pattern)[:30])
def test_no_text_keeps_a_pattern_busy(pattern: re.Pattern[Any]):
    for text in HOSTILE:
        subject = text if isinstance(pattern.pattern, str) else text.encode()
        began = time.process_time()
        pattern.search(subject)
        pattern.fullmatch(subject)
        assert time.process_time() - began < 0.5, text[:10]


def test_a_sheet_longer_than_any_register_is_left_out_and_said():
    rows: list[Row] = [["Nom du traitement", "Finalité"]]
    found = understand([Sheet("Journal", rows * 20_001)], terms())
    assert (found.records, found.issues[0].severity) == ([], "error")
    assert "plus de 20 000 lignes" in found.issues[0].sentence
