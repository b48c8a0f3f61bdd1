"""A paper that somebody signs: letterhead, title, facts, parts, places for signatures; as docx and as PDF alike."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from textwrap import shorten
from typing import Any

from exports import pdf
from exports.documents import Document
from exports.texts import day
from models.establishments import Establishment
from models.vocabulary import N_
from models.wording import spaced

SIGNED_IN = N_("Fait à, le")
RUNNING = 55
"""How long a title may be in the running head, beside the name of the house."""


@dataclass(frozen=True)
class Table:
    """A table: `widths` are shares of the line."""

    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Part:
    """A heading and what stands below it, in this order: paragraphs, items of a list, tables."""

    heading: str = ""
    lines: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Paper:
    """All that a paper says, in its order. `signatures` are (label, name) of who signs, `mention` its foot."""

    house: str
    address: tuple[str, ...]
    kind: str
    title: str
    mention: str
    subtitle: str = ""
    place: str = ""
    recipient: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    parts: tuple[Part, ...] = ()
    signatures: tuple[tuple[str, str], ...] = ()
    watermark: str = ""
    numbered: bool = field(default=True)

    def pdf(self, on: dt.date) -> bytes:
        """The paper as a PDF, dated `on`."""
        words = {
            "signed_in": SIGNED_IN,
            "author": self.house,
            "description": f"{self.kind} – {self.title}",
            "running": self._running(),
        }
        told = {**asdict(self), **words}
        return pdf.render(pdf.TEMPLATES / "paper.typ", _spaced(told), _noon(on))

    def docx(self, on: dt.date) -> bytes:
        """The paper as a docx that can still be laid out."""
        page = Document(self.title, self.house, self._running(), self.mention, _noon(on))
        page.paragraph(self.house, "Cover line")
        page.paragraph("\n".join(self.address), "Lead")
        if self.place:
            page.paragraph(self.place, "Lead")
        if self.recipient:
            page.paragraph(spaced(self.recipient))
        page.paragraph(self.kind if not self.watermark else f"{self.kind} – {self.watermark}", "Reference")
        page.heading(spaced(self.title), 1)
        if self.subtitle:
            page.paragraph(spaced(self.subtitle), "Lead")
        page.facts((label, spaced(words)) for label, words in self.facts)
        for part in self.parts:
            _write(page, part)
        if self.signatures:
            page.hold()
            page.table([label for label, _name in self.signatures], [1] * len(self.signatures), [(self._signing(), "")])
        return page.content()

    def _running(self) -> str:
        return shorten(self.title, RUNNING, placeholder="…")

    def _signing(self) -> tuple[str, ...]:
        return tuple(f"{name}\n\n{SIGNED_IN}\n\n\n" for _label, name in self.signatures)


def _write(page: Document, part: Part) -> None:
    if part.heading:
        page.heading(spaced(part.heading), 2)
    for line in part.lines:
        page.paragraph(spaced(line))
    for item in part.items:
        page.paragraph(spaced(f"– {item}"))
    for table in part.tables:
        page.table(table.heads, table.widths, ((tuple(map(spaced, row)), "") for row in table.rows))


def _noon(on: dt.date) -> dt.datetime:
    return dt.datetime.combine(on, dt.time(12), dt.UTC)


def _spaced(value: object) -> dict[str, object]:
    """Every text of a paper with the spaces that French typography wants."""
    found = _spaced_in(value)
    assert isinstance(found, dict)  # noqa: S101 -- what went in was a dictionary
    return found


def _spaced_in(value: object) -> object:
    if isinstance(value, str):
        return spaced(value)
    if isinstance(value, dict):
        return {key: _spaced_in(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_spaced_in(inner) for inner in value]
    return value


def letterhead(establishment: Establishment) -> tuple[str, ...]:
    """The lines under the name of an establishment: address, place, FINESS number."""
    place = " ".join(filter(None, (establishment.postcode, establishment.city)))
    finess = f"FINESS {establishment.finess}" if establishment.finess else ""
    return tuple(filter(None, (establishment.address, place, finess)))


def statement(title: str, of: Establishment, on: dt.date, parts: Iterable[Part], **told: Any) -> Paper:
    """What Vigie states of an establishment on a day, for a pack of evidence; `told` are the other fields of Paper."""
    return Paper(
        house=of.name,
        address=letterhead(of),
        kind=N_("Relevé"),
        title=title,
        mention=f"{N_('Relevé établi par Vigie')} – {day(on)}",
        parts=tuple(parts),
        **told,
    )


def listed(heading: str, heads: tuple[str, ...], widths: tuple[int, ...], rows: Iterable[tuple[str, ...]]) -> Part:
    """A table under its heading, or that there is nothing to tell."""
    lines = tuple(rows)
    tables = (Table(heads, widths, lines),) if lines else ()
    return Part(heading, () if lines else (N_("Rien n’est enregistré."),), tables=tables)


def nonempty(facts: Sequence[tuple[str, str | None]]) -> tuple[tuple[str, str], ...]:
    """The facts that say something."""
    return tuple((label, words) for label, words in facts if words)
