"""How a rule says no (RuleBroken), and how a record says what it still lacks (Check)."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement

from models.vocabulary import N_, Vocabulary


class RuleBroken(Exception):
    """A business rule refuses a change; `field` names where to show `message` (a French sentence), or is empty."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


class Severity(Vocabulary):
    REQUIRED = "required", N_("Exigé")
    RECOMMENDED = "recommended", N_("Recommandé")


@dataclass(frozen=True)
class Check:
    """One thing a complete record has. `holds` is its only definition: SQL, used for one record and for lists alike."""

    id: str
    group: str
    severity: Severity
    sentence: str
    section: str
    holds: ColumnElement[Any]
    source: str
