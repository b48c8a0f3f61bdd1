"""What came of a file: records found, and everything a person has to look at, by its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from models.vocabulary import N_, Vocabulary

Record = dict[str, Any]
"""A portable record: {"id"?, "fields": {name: plain}, "parts": {collection: [{"id"?, name: plain}]}}."""

Mappings = Mapping[str, list[str | None]]
"""What a person decided of tables: signature -> the target of each column, None to leave it out."""

SHOWN = 120
"""How much of a cell an issue shows."""


class Severity(Vocabulary):
    """How an issue weighs: an error keeps its record out, a doubt comes in and is to be checked."""

    ERROR = "error", N_("Refusé")
    DOUBT = "doubt", N_("À vérifier")
    INFO = "info", N_("Pour information")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is: a sheet and a row counted from 1, as a spreadsheet shows them."""

    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing to know about a cell, a row or a sheet: `column` is a letter or "", `row` 0 for the whole sheet."""

    severity: Severity
    sheet: str
    row: int
    column: str
    value: str
    sentence: str

    @property
    def place(self) -> str:
        """« Feuille », C12, as a person would say it."""
        if not self.row:
            return f"« {self.sheet} »" if self.sheet else ""
        return f"« {self.sheet} », " + (f"{self.column}{self.row}" if self.column else f"{N_('ligne')} {self.row}")


@dataclass(slots=True)
class Found:
    """One record of the file, and what there is to say about it."""

    place: Place
    record: Record
    issues: list[Issue] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        return any(issue.severity is Severity.ERROR for issue in self.issues)


@dataclass(frozen=True, slots=True)
class TableHead:
    """The columns of a table, for the person who says what they mean.

    `samples`: up to three values of each column; `proposed`: the target of each column, None when it is not
    understood; `alternatives`: other readings of the same headers, by a French sentence that says when they hold.
    """

    sheet: str
    row: int
    headers: list[str]
    samples: list[list[str]]
    proposed: list[str | None]
    signature: str
    alternatives: dict[str, list[str | None]] = field(default_factory=dict)


@dataclass(slots=True)
class Understanding:
    """Everything understood of a file. `layout`: "vigie", "cnil", "fiches", "table", or "" when nothing was.

    `processors`: the directory that our own exports carry, as {"id"?, "fields", "sub_processors"}.
    """

    layout: str = ""
    records: list[Found] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    tables: list[TableHead] = field(default_factory=list)
    processors: list[Found] = field(default_factory=list)


def excerpt(value: Any) -> str:
    """A cell as an issue quotes it."""
    text = " ".join(str(value).split()) if value is not None else ""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
