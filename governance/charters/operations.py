"""The charters' verbs: those that make a charter, freeze a version, or touch more than one record."""

import uuid
from typing import Any

from governance import checkpoints
from governance.charters import queries
from governance.database import put, session
from governance.visitor import Visitor
from models.base import now, today
from models.charters.charter import Charter, CharterVersion, Release
from models.charters.exact import frozen
from models.charters.parts import CharterSection
from models.charters.verification import Verification
from models.charters.words import CharterStatus
from models.establishments import Establishment
from models.rules import RuleBroken
from models.vocabulary import N_
from seed.charters import fill_from_model, give_sentences, sync_blanks

MAX_PDF = 20 * 1024 * 1024


def begin(who: Visitor, form: Any) -> Charter:
    """A charter in preparation, from the model, from a PDF, or from nothing. Raises RuleBroken on the file."""
    place = None if form.place.data == queries.GROUP else uuid.UUID(form.place.data)
    charter = Charter(
        establishment_id=place,
        title=form.title.data,
        kind=form.kind.data,
        legal_status=form.legal_status.data,
        status=CharterStatus.DRAFT,
        language="fr",
    )
    if form.origin.data == "model":
        fill_from_model(charter, _known(place))
    else:
        give_sentences(charter)
    if form.origin.data == "pdf":
        put_pdf(charter, form.file.data)
    charter.touch(who.name, now())
    session.add(charter)
    session.flush()
    return charter


def _known(place: uuid.UUID | None) -> dict[str, str | None]:
    """What the application knows already of the blanks of the model."""
    home = session.get(Establishment, place) if place else None
    if home is None:
        return {}
    officer = home.dpo(today())
    dpo = ", ".join(part for part in (officer.email, officer.phone) if part)
    return {"etablissement": home.name, "contact_dpo": dpo or None}


def put_pdf(charter: Charter, upload: Any) -> None:
    """Take an uploaded PDF as the text, byte for byte. Raises RuleBroken("file")."""
    if not upload:
        raise RuleBroken("file", N_("Choisissez le document PDF."))
    content = upload.read(MAX_PDF + 1)
    if len(content) > MAX_PDF:
        raise RuleBroken("file", N_("Ce document dépasse 20 Mo."))
    name = "".join(letter for letter in upload.filename or "" if letter.isprintable())
    charter.put_pdf(content, name[-200:] or "charte.pdf")


def copy(who: Visitor, charter: Charter, title: str) -> Charter:
    """A charter in preparation with the whole text of another."""
    twin = charter.copy(title, who.name, now())
    session.add(twin)
    session.flush()
    return twin


def add_section(charter: Charter, section: CharterSection) -> None:
    """Put a section after the last of its kind, and give its blanks a place."""
    same = [one for one in charter.sections if one.kind is section.kind]
    place = charter.sections.index(same[-1]) + 1 if same else len(charter.sections)
    charter.sections.insert(place, section)
    _number(charter)
    sync_blanks(charter)


def remove_section(charter: Charter, section: CharterSection) -> None:
    """Take a section out of the text; the choices that only it shows go with it."""
    charter.sections.remove(section)
    shown = "\n".join(one.text for one in charter.sections)
    charter.choices = [choice for choice in charter.choices if f"{{choix:{choice.code}}}" in shown]
    _number(charter)


def move_section(charter: Charter, section: CharterSection, step: int) -> None:
    """Exchange a section with its neighbour of the same kind, before (-1) or after (1)."""
    same = [one for one in charter.sections if one.kind is section.kind]
    place = same.index(section) + step
    if 0 <= place < len(same):
        section.position, same[place].position = same[place].position, section.position


def _number(charter: Charter) -> None:
    for position, section in enumerate(charter.sections):
        section.position = position


def release_of(who: Visitor, form: Any) -> Release:
    """The decision to publish that a form holds."""
    return Release(
        by=who.name,
        at=now(),
        on=today(),
        is_major=form.is_major.data == "yes",
        effective_on=form.effective_on.data,
        accept_before=form.accept_before.data,
        note=form.note.data,
        unconsulted_reason=form.unconsulted_reason.data,
    )


def publish(charter: Charter, release: Release) -> CharterVersion:
    """Freeze the next version, tell it to the journal with its digest, and attest that. Raises RuleBroken."""
    version = charter.publish(frozen(charter, release), release, queries.is_consulted(charter))
    session.add(version)
    session.flush()
    version.tell_published(session())
    checkpoints.attest(charter)
    return version


def keep_verification(verification: Verification, form: Any) -> None:
    """Put what was typed in a check of application. Raises RuleBroken."""
    values = {field.name: field.data for field in form if field.name != "csrf_token"}
    put(verification, values, lambda: verification.check(today()))
    session.flush()
