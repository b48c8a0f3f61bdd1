"""A version of a charter as a document to annex to the internal rules and to hand to the labour inspectorate."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from exports.booklet import MENTION, TO_SIGN, Book, Chapter, printed, remarks_of, trace_of, written
from exports.texts import day, long_day, moment
from models.charters.charter import CharterVersion
from models.charters.consultation import Consultation
from models.charters.exact import CONCERNS, DECLARATION, headed, populations
from models.charters.words import MediaType
from models.vocabulary import N_
from models.wording import spaced

UPLOADED = N_(
    "Le texte de cette version est le document PDF publié, conservé octet pour octet : son empreinte est ci-dessus."
)


def book(version: CharterVersion, consultations: Iterable[Consultation], author: str, on: dt.date) -> Book:
    """What the document of `version` says. `author`: the establishment or the group; `on`: the day it is made."""
    held = list(consultations)
    number = f"version {version.number}"
    return Book(
        title=version.title,
        author=author,
        subtitle=f"{number[:1].upper()}{number[1:]}, {N_('applicable à compter du')} {long_day(version.effective_on)}",
        running=f"{version.title} – {number}",
        mention=f"{N_('Document établi le')} {day(on)}",
        summary=tuple(_summary(version)),
        digest=version.sha256,
        chapters=tuple(_chapter(heading, section) for heading, section in headed(version.content)),
        note=UPLOADED if version.media_type is MediaType.PDF else MENTION,
        trace=trace_of(held),
        remarks=remarks_of(held),
        unconsulted=version.unconsulted_reason or "",
        signature=TO_SIGN,
    )


def _summary(version: CharterVersion) -> Iterable[tuple[str, str]]:
    kind = N_("Majeure") if version.is_major else N_("Mineure")
    yield N_("Version"), f"{version.number} ({kind.lower()})"
    yield N_("Publiée"), f"{N_('le')} {moment(version.published_at)}, {N_('par')} {version.published_by}"
    yield N_("Entrée en vigueur"), long_day(version.effective_on)
    if version.accept_before:
        yield N_("Prise de connaissance"), f"{N_('avant le')} {long_day(version.accept_before)}"
    yield N_("Personnes concernées"), populations(version.populations or []) or N_("Tout le monde")
    if version.charter.internal_rules:
        yield N_("Règlement intérieur"), spaced(version.charter.internal_rules)
    if version.note:
        yield N_("Ce qui change"), spaced(version.note)


def _chapter(heading: str, section: dict[str, Any]) -> Chapter:
    concerned = populations(section["populations"])
    return Chapter(
        heading,
        f"{CONCERNS} {concerned}." if concerned else "",
        tuple(spaced(line) for line in section["lines"]),
        f"{DECLARATION} {spaced(section['acknowledgement'])}" if section["acknowledgement"] else "",
    )


def booklet(version: CharterVersion, consultations: Iterable[Consultation], author: str, on: dt.date) -> bytes:
    """The document as a PDF: cover, contents, text, consultations, signature block."""
    return printed(book(version, consultations, author, on), on)


def document(version: CharterVersion, consultations: Iterable[Consultation], author: str, on: dt.date) -> bytes:
    """The same as a docx that can still be laid out."""
    return written(book(version, consultations, author, on), on)
