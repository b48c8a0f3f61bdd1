"""The public version of every format leaves out what it must, and nothing else; the complete one has everything."""

import html
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from exports import cnil, portable, register
from exports.columns import ACTIVITY_COLUMNS, PART_COLUMNS, PROCESSOR_COLUMNS, SUB_PROCESSOR_COLUMNS
from exports.publication import WITHHELD_FIELDS, WITHHELD_PARTS
from models.establishments import Establishment
from models.register.activity import Activity
from models.register.processor import Processor
from tests.exports.opened import pdf_text
from tests.exports.samples import AT, ON, TERMS, activity, establishment

COLUMNS = {
    "activity": ACTIVITY_COLUMNS,
    "processor": PROCESSOR_COLUMNS,
    "sub_processor": SUB_PROCESSOR_COLUMNS,
    **PART_COLUMNS,
}
KEYS = [
    (name, column.key)
    for name, columns in COLUMNS.items()
    for column in columns
    if column.kind == "text" and column.key not in ("department", "processor")
]
CANARIES = {key: f"Qz{number:03}x" for number, key in enumerate(KEYS)}
FORBIDDEN = {
    canary
    for (name, key), canary in CANARIES.items()
    if name in WITHHELD_PARTS or key in WITHHELD_FIELDS.get(name, frozenset())
}


def sing(record: Any, name: str) -> None:
    """Put the canary of each text field in it."""
    for collection, key in KEYS:
        if collection == name:
            setattr(record, key, CANARIES[name, key])


@pytest.fixture(scope="module")
def aviary() -> Activity:
    record = activity()
    sing(record, "activity")
    for name in PART_COLUMNS:
        for row in getattr(record, name):
            sing(row, name)
    editor = record.recipients[1].processor
    assert editor is not None
    sing(editor, "processor")
    sing(editor.sub_processors[0], "sub_processor")
    record.retentions[0].wording = CANARIES["retentions", "wording"]
    return record


def as_xlsx(record: Activity, house: Establishment, directory: list[Processor], public: bool, folder: Path) -> str:
    rows: dict[str, Iterator[Any]] = {name: iter(getattr(record, name)) for name in PART_COLUMNS}
    with register.workbook(
        [record], rows, TERMS, establishment=house, on=ON, processors=directory, public=public
    ) as file:
        return unzipped(file.read())


def as_csv(record: Activity, house: Establishment, directory: list[Processor], public: bool, folder: Path) -> str:
    with register.table([record], TERMS, public) as file:
        return file.read().decode()


def as_json(record: Activity, house: Establishment, directory: list[Processor], public: bool, folder: Path) -> str:
    return portable.dump([record], house, AT, processors=directory, public=public).decode()


def as_ods(record: Activity, house: Establishment, directory: list[Processor], public: bool, folder: Path) -> str:
    return unzipped(cnil.workbook([record], house, ON, TERMS, processors=directory, public=public))


def as_docx(record: Activity, house: Establishment, directory: list[Processor], public: bool, folder: Path) -> str:
    return unzipped(register.document([record], house, ON, TERMS, processors=directory, public=public))


def as_pdf(record: Activity, house: Establishment, directory: list[Processor], public: bool, folder: Path) -> str:
    return pdf_text(register.booklet([record], house, ON, TERMS, processors=directory, public=public), folder)


def unzipped(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return html.unescape("".join(archive.read(name).decode() for name in archive.namelist()))


FORMATS = [as_xlsx, as_csv, as_json, as_ods, as_docx, as_pdf]
NOT_TOLD = {as_csv: ("processor", "sub_processor")}
"""What a format has no place for: the csv is one line per record."""


@pytest.mark.parametrize("make", FORMATS)
def test_the_public_version_tells_nothing_it_must_withhold(
    make: Callable[..., str], aviary: Activity, tmp_path: Path
) -> None:
    told = make(aviary, establishment(), [aviary.recipients[1].processor], True, tmp_path)
    leaked = [key for key, canary in CANARIES.items() if canary in FORBIDDEN and canary in told]
    assert not leaked, f"the public version tells {leaked}"


@pytest.mark.parametrize("make", FORMATS)
@pytest.mark.parametrize("public", [True, False])
def test_every_other_field_is_told(make: Callable[..., str], public: bool, aviary: Activity, tmp_path: Path) -> None:
    told = make(aviary, establishment(), [aviary.recipients[1].processor], public, tmp_path)
    expected = {
        key: canary
        for key, canary in CANARIES.items()
        if key[0] not in NOT_TOLD.get(make, ()) and not (public and canary in FORBIDDEN)
    }
    missing = [key for key, canary in expected.items() if canary not in told]
    assert not missing, f"this format does not tell {missing}"


@pytest.mark.parametrize("make", [as_ods, as_docx, as_pdf])
def test_the_dpo_keeps_her_name_to_herself_in_public(
    make: Callable[..., str], aviary: Activity, tmp_path: Path
) -> None:
    house = establishment()
    house.dpo_name, house.dpo_phone, house.dpo_email = "Qz900x", "Qz901x", "Qz902x"
    public, complete = (make(aviary, house, [], version, tmp_path) for version in (True, False))
    assert "Qz902x" in public
    assert "Qz900x" not in public
    assert "Qz901x" not in public
    assert "Qz900x" in complete


def test_the_public_json_says_that_it_is_public(aviary: Activity) -> None:
    public = json.loads(portable.dump([aviary], establishment(), AT, public=True))
    assert public["public"] is True
    assert set(public["activities"][0]["parts"]) == set(PART_COLUMNS) - WITHHELD_PARTS


def test_what_is_withheld_is_what_was_decided() -> None:
    """The list itself: a change of it is a decision, to be made here too."""
    assert {"security_measures", "access_rights"} == WITHHELD_PARTS
    assert WITHHELD_FIELDS["activity"] == {"contact_name", "contact_email", "security_notes", "notes", "confirmed_by"}
    for name, keys in WITHHELD_FIELDS.items():
        assert keys <= {column.key for column in COLUMNS[name]}, f"an unknown field of {name}"
