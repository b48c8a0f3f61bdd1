"""A version of the policy as a document that the management signs, or as the bare text to hand to the staff."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from exports.booklet import MENTION, TO_SIGN, Book, Chapter, printed, remarks_of, trace_of, written
from exports.texts import day, long_day, moment
from models.policy.policy import PolicyConsultation, PolicyVersion
from models.policy.text import headed
from models.policy.words import PartKind
from models.vocabulary import N_
from models.wording import spaced


def book(version: PolicyVersion, consultations: Iterable[PolicyConsultation] | None, author: str, on: dt.date) -> Book:
    """What the document of `version` says. Without `consultations` (None) it is the text alone, to hand over."""
    held = list(consultations or ())
    return Book(
        title=version.title,
        author=author,
        subtitle=f"Version {version.number}, {N_('applicable à compter du')} {long_day(version.effective_on)}",
        running=f"{N_('PSSI')} – {author} – version {version.number}",
        mention=f"{N_('Document établi le')} {day(on)}",
        summary=tuple(_summary(version)),
        digest=version.sha256,
        chapters=tuple(_chapter(heading, part) for heading, part in headed(version.content)),
        note=MENTION,
        trace=trace_of(held),
        remarks=remarks_of(held),
        unconsulted=version.unconsulted_reason or "",
        signature=_signature(version) if consultations is not None else (),
    )


def _summary(version: PolicyVersion) -> Iterable[tuple[str, str]]:
    kind = N_("majeure") if version.is_major else N_("mineure")
    yield N_("Version"), f"{version.number} ({kind})"
    yield (
        N_("Approuvée"),
        f"{N_('le')} {long_day(version.approved_on)}, {N_('par')} {version.approved_by}, {version.approved_as}",
    )
    yield N_("Publiée"), f"{N_('le')} {moment(version.published_at)}, {N_('par')} {version.published_by}"
    yield N_("Entrée en vigueur"), long_day(version.effective_on)
    yield N_("Prochaine revue"), long_day(version.review_on)
    if version.note:
        yield N_("Ce qui change"), spaced(version.note)


def _signature(version: PolicyVersion) -> tuple[tuple[str, str], ...]:
    known = (version.approved_by, version.approved_as)
    return tuple((label, known[place] if place < len(known) else value) for place, (label, value) in enumerate(TO_SIGN))


def _chapter(heading: str, part: dict[str, Any]) -> Chapter:
    lines = tuple(spaced(line) for line in part["lines"])
    if part["kind"] == PartKind.RULE:
        return Chapter(heading, "", lines[:1], "", level=2, notes=lines[1:])
    return Chapter(heading, "", lines, "")


def booklet(
    version: PolicyVersion, consultations: Iterable[PolicyConsultation] | None, author: str, on: dt.date
) -> bytes:
    """The document as a PDF."""
    return printed(book(version, consultations, author, on), on)


def document(
    version: PolicyVersion, consultations: Iterable[PolicyConsultation] | None, author: str, on: dt.date
) -> bytes:
    """The same as a docx."""
    return written(book(version, consultations, author, on), on)
