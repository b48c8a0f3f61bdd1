"""What the tests of understanding share: the reference lists of the catalogue, and short ways to ask and to look."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from governance.imports.findings import Found, Issue, Mappings, Understanding
from governance.imports.lexicon import Lexicon
from governance.imports.reader import Sheet
from governance.imports.understand import understand
from models.register.catalogue import Terms
from seed.catalogue import load_terms


@cache
def terms() -> Terms:
    return Terms(load_terms())


def lexicon() -> Lexicon:
    return Lexicon(terms())


def read(*sheets: tuple[str, Sequence[Sequence[Any]]], mapping: Mappings | None = None) -> Understanding:
    """The understanding of sheets given as (name, rows)."""
    return understand([Sheet(name, [list(row) for row in rows]) for name, rows in sheets], terms(), mapping)


def table(*rows: Sequence[Any], mapping: Mappings | None = None) -> Understanding:
    """The understanding of one sheet, « Registre »."""
    return read(("Registre", rows), mapping=mapping)


def told(issues: Sequence[Issue], severity: str = "") -> list[tuple[str, str]]:
    """(cell or row, sentence) of issues, of one severity or of all."""
    return [(issue.place, issue.sentence) for issue in issues if severity in ("", issue.severity)]


def cells(issues: Sequence[Issue], severity: str) -> list[str]:
    """The cells named by issues of one severity, sorted."""
    return sorted({f"{issue.column}{issue.row}" for issue in issues if issue.severity == severity})


def part(found: Found, collection: str, *keys: str) -> list[Any]:
    """The rows of a collection, as values of these keys."""
    rows = [tuple(row.get(key) for key in keys) for row in found.record["parts"].get(collection, [])]
    return [row[0] for row in rows] if len(keys) == 1 else rows


def fields(found: Found, *keys: str) -> tuple[Any, ...]:
    return tuple(found.record["fields"].get(key) for key in keys)
