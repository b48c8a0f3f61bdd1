"""The register's reference data: legal terms by list, and the typical hospital processings to start from."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import JSON, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Code, Short
from models.search import fold


class Term(Base):
    """One entry of a reference list (lawful bases, data categories, countries…): legal facts are data."""

    __tablename__ = "term"

    scheme: Mapped[str] = mapped_column(String(40), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    label: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)


class TypicalProcessing(Base):
    """A typical hospital processing of the catalogue, as data: a new record may start from it."""

    __tablename__ = "typical_processing"

    code: Mapped[Code] = mapped_column(primary_key=True)
    position: Mapped[int]
    name: Mapped[Short]
    domain: Mapped[Code]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class Terms:
    """The reference lists in memory: labels, choices and facts by (scheme, code)."""

    def __init__(self, terms: Iterable[Any]) -> None:
        """`terms`: rows with scheme, code, position, label and facts."""
        self._lists: dict[str, dict[str, Any]] = {}
        for term in sorted(terms, key=lambda term: (term.scheme, term.position)):
            self._lists.setdefault(term.scheme, {})[term.code] = term

    def label(self, scheme: str, code: str | None) -> str:
        """The French label; the code itself when it is not (or no longer) in the list; "" for None."""
        term = self._lists.get(scheme, {}).get(code or "")
        return term.label if term else (code or "")

    def choices(self, scheme: str) -> list[tuple[str, str]]:
        """(code, label) in the order of the list."""
        return [(code, term.label) for code, term in self._lists.get(scheme, {}).items()]

    def has(self, scheme: str, code: str) -> bool:
        return code in self._lists.get(scheme, {})

    def facts(self, scheme: str, code: str | None) -> dict[str, Any]:
        """The facts kept beside a term ({} when unknown): article, sensitivity, adequacy…"""
        term = self._lists.get(scheme, {}).get(code or "")
        return term.facts if term else {}

    def codes_where(self, scheme: str, fact: str) -> list[str]:
        """The codes of a list for which `fact` is true."""
        return [code for code, term in self._lists.get(scheme, {}).items() if term.facts.get(fact)]

    def find(self, scheme: str, typed: str) -> str | None:
        """The code whose code or label equals what a person typed, accents and case aside; None when there is none."""
        wanted = fold(typed)
        for code, term in self._lists.get(scheme, {}).items():
            if wanted in (fold(code), fold(term.label)):
                return code
        return None
