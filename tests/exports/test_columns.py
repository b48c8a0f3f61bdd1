"""Every column of the register's models leaves by some export, or is named among those that do not."""

import datetime as dt
import uuid
from typing import Any

import pytest
from sqlalchemy import inspect

from exports.columns import (
    ACTIVITY_COLUMNS,
    PART_COLUMNS,
    PROCESSOR_COLUMNS,
    SUB_PROCESSOR_COLUMNS,
    Column,
    NotUnderstood,
    is_identity,
)
from exports.register import NOT_EXPORTED, SHEET_TITLES
from models.register.activity import Activity
from models.register.parts import PARTS
from models.register.processor import Processor, SubProcessor
from models.register.words import Confidence, Stage
from tests.exports.samples import AT, TERMS

EXPORTED: list[tuple[type[Any], tuple[Column, ...]]] = [
    (Activity, ACTIVITY_COLUMNS),
    (Processor, PROCESSOR_COLUMNS),
    (SubProcessor, SUB_PROCESSOR_COLUMNS),
    *((PARTS[name], columns) for name, columns in PART_COLUMNS.items()),
]


@pytest.mark.parametrize(("model", "columns"), EXPORTED, ids=lambda value: getattr(value, "__tablename__", ""))
def test_a_column_is_exported_or_named_as_not(model: type[Any], columns: tuple[Column, ...]) -> None:
    forgotten = set(inspect(model).column_attrs.keys()) - {column.key for column in columns} - NOT_EXPORTED - {"id"}
    assert not forgotten, f"give these columns of {model.__name__} a label, or add them to NOT_EXPORTED: {forgotten}"


def test_what_is_not_exported_exists_and_is_not_exported() -> None:
    known = {key for model, _ in EXPORTED for key in inspect(model).column_attrs.keys()}  # noqa: SIM118 -- no dict
    assert known >= NOT_EXPORTED
    assert not {column.key for _, columns in EXPORTED for column in columns} & NOT_EXPORTED


def test_every_collection_has_its_sheet() -> None:
    assert list(SHEET_TITLES) == list(PARTS)


def test_titles_are_told_apart() -> None:
    for columns in [*PART_COLUMNS.values(), PROCESSOR_COLUMNS, SUB_PROCESSOR_COLUMNS]:
        titles = [column.title for column in columns]
        assert len(set(titles)) == len(titles)
    titles = [column.title for column in ACTIVITY_COLUMNS] + list(SHEET_TITLES.values())
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize(
    ("key", "value", "cell", "plain"),
    [
        ("mandatory", True, "Oui", True),
        ("category", "ins", "Identité INS", "ins"),
        ("stage", Stage.FINAL, "Sort final", "final"),
        ("confidence", Confidence.SECONDARY, "Source secondaire, à vérifier", "secondary"),
        ("dpia_criteria", ["large_scale", "sensitive_data"], "Grande échelle; Données sensibles", None),
        ("opened_on", dt.date(2026, 3, 2), dt.date(2026, 3, 2), "2026-03-02"),
        ("confirmed_at", AT, AT.isoformat(), AT.isoformat()),
        ("duration", 20, 20, 20),
        ("item", "'=x", "'=x", "=x"),
        ("department", "Pôle A", "Pôle A", "Pôle A"),
    ],
)
def test_a_value_goes_to_its_cell_and_back(key: str, value: Any, cell: Any, plain: Any) -> None:
    columns = [*ACTIVITY_COLUMNS, *PART_COLUMNS["data_items"], *PART_COLUMNS["retentions"]]
    column = next(column for column in columns if column.key == key)
    assert column.to_cell(value, TERMS) == cell
    assert column.converter(TERMS)(value) == cell
    assert column.from_cell(cell, TERMS) == (value if plain is None else plain)


def test_nothing_stays_nothing() -> None:
    for column in [*ACTIVITY_COLUMNS, *PART_COLUMNS["data_items"]]:
        assert column.to_cell(None, TERMS) is None
        assert column.from_cell(None, TERMS) is None


def test_choices_are_those_of_one_cell() -> None:
    choices = {column.key: column.choices(TERMS) for column in ACTIVITY_COLUMNS}
    assert choices["sensitive"] == ["Oui", "Non"]
    assert choices["domain"] == ["Soins", "Ressources humaines"]
    assert choices["dpia_criteria"] == choices["name"] == choices["opened_on"] == []
    assert choices["status"][0] == "Pré-qualifiée"


def test_an_identity_is_a_uuid() -> None:
    assert is_identity(str(uuid.UUID(int=1)))
    assert not is_identity("REG-2026-001")


def column(key: str) -> Column:
    columns = [*ACTIVITY_COLUMNS, *PART_COLUMNS["retentions"], *PROCESSOR_COLUMNS]
    return next(found for found in columns if found.key == key)


@pytest.mark.parametrize(
    ("key", "typed", "plain"),
    [
        ("sensitive", "OUI", True),
        ("sensitive", "faux", False),
        ("sensitive", " ", None),
        ("duration", "12,0", 12),
        ("opened_on", dt.date(2026, 3, 2), "2026-03-02"),
        ("opened_on", dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC), "2026-03-02"),
        ("opened_on", "02.03.2026", "2026-03-02"),
        ("confirmed_at", "2026-03-02T08:00:00", "2026-03-02T08:00:00+00:00"),
        ("status", "pre-qualifiee", "prequalified"),
        ("domain", "SOINS", "soin"),
        ("domain", "soin", "soin"),
        ("countries", "France", ["FR"]),
        ("countries", "France; suisse ;", ["FR", "CH"]),
    ],
)
def test_what_a_person_types_is_understood(key: str, typed: Any, plain: Any) -> None:
    assert column(key).from_cell(typed, TERMS) == plain


@pytest.mark.parametrize(
    ("key", "typed", "expected"),
    [
        ("sensitive", "peut-être", "Oui ou Non"),
        ("duration", "vingt", "un nombre entier"),
        ("duration", "1,5", "un nombre entier, au plus un million"),
        ("duration", "1e9", "un nombre entier, au plus un million"),
        ("opened_on", "31/02/2026", "une date, par exemple 31/12/2026"),
        ("confirmed_at", "hier", "une date et une heure, par exemple 2026-12-31T14:30:00+01:00"),
        ("status", "autre", "une valeur de la liste : « Pré-qualifiée », « Brouillon », « Qualifiée »"),
        ("domain", "x", "une valeur de la liste : « Soins », « Ressources humaines »"),
        ("countries", "France; Mars", "une valeur de la liste : « Chine », « France »"),
    ],
)
def test_what_is_not_understood_says_what_was_expected(key: str, typed: Any, expected: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        column(key).from_cell(typed, TERMS)
    assert str(refused.value).startswith(expected)
