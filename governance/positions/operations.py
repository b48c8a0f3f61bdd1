"""What is done to job descriptions: begun, filled, frozen."""

import uuid
from functools import partial

from wtforms import FieldList

from governance.database import session
from governance.forms import laid
from governance.positions.forms import NOTHING, PLAIN, SectionForm, SeveralField, StartForm
from governance.visitor import Visitor
from models.base import now, today
from models.establishments import Establishment
from models.journal import Verb, tell
from models.positions.description import JobDescription, JobLine, JobPlace
from models.positions.words import DescriptionStatus, JobKind, LineKind, Scope
from models.rules import RuleBroken
from models.versions import Version, publish
from models.vocabulary import N_
from seed.positions import description_from

UNNAMED = N_("Nouvelle fiche de poste")


def begin(who: Visitor, form: StartForm) -> JobDescription:
    """A description in preparation, from a model or from nothing."""
    origin = str(form.origin.data)
    made = JobDescription(kind=JobKind.OTHER, title=UNNAMED) if origin == NOTHING else description_from(origin)
    made.establishment = session.get_one(Establishment, uuid.UUID(str(form.place.data)))
    if form.title.data:
        made.title = form.title.data
    return _entered(who, made)


def copy(who: Visitor, description: JobDescription, title: str) -> JobDescription:
    """Another description in preparation, with the whole text of this one and none of its life."""
    own_life = {"status", "validated_on", "validated_by", "archived_on", "archive_reason", "title", "establishment_id"}
    kept = [name for name in JobDescription.journal_fields() if name not in own_life]
    twin = JobDescription(**{name: getattr(description, name) for name in kept}, title=title)
    twin.establishment, twin.sources, twin.model_code = (
        description.establishment,
        description.sources,
        description.model_code,
    )
    twin.lines = [_twin_of(line) for line in description.lines]
    twin.places = [JobPlace(establishment=place.establishment) for place in description.places]
    return _entered(who, twin)


def _twin_of(line: JobLine) -> JobLine:
    kept = {name: getattr(line, name) for name in JobLine.journal_fields()}
    return JobLine(**kept, position=line.position, code=line.code, sources=line.sources)


def _entered(who: Visitor, description: JobDescription) -> JobDescription:
    description.status = DescriptionStatus.DRAFT
    description.touch(who.name, now())
    session.add(description)
    session.flush()
    return description


def save(who: Visitor, description: JobDescription, form: SectionForm) -> None:
    """Keep a part as typed. Raises RuleBroken when the description is archived."""
    description.touch(who.name, now())
    fill(description, form)


def fill(description: JobDescription, form: SectionForm) -> None:
    """Put what a form holds in a description: own fields, lines, establishments covered."""
    for field in form:
        if isinstance(field, FieldList):
            kind = LineKind(field.name)
            _replace(description, kind, laid(field, description.of(kind), partial(JobLine, kind=kind)))
        elif isinstance(field, SeveralField):
            _cover(description, field.identities())
        elif field.name in {kind.value for kind in PLAIN}:
            _fill_texts(description, LineKind(field.name), (field.data or "").splitlines())
        elif field.name not in ("revision", "csrf_token"):
            setattr(description, field.name, field.data)
    if description.scope is not Scope.LISTED:
        description.places = []


def _fill_texts(description: JobDescription, kind: LineKind, typed: list[str]) -> None:
    known = {line.text: line for line in description.of(kind)}
    texts = dict.fromkeys(text.strip() for text in typed if text.strip())
    _replace(description, kind, [known.get(text) or JobLine(kind=kind, text=text) for text in texts])


def _replace(description: JobDescription, kind: LineKind, kept: list[JobLine]) -> None:
    others = [line for line in description.lines if line.kind is not kind]
    for position, line in enumerate(kept):
        line.position = position
    description.lines = others + kept


def _cover(description: JobDescription, chosen: list[uuid.UUID]) -> None:
    known = {place.establishment_id: place for place in description.places}
    description.places = [known.get(one) or JobPlace(establishment_id=one) for one in chosen]


def validate(who: Visitor, description: JobDescription, note: str | None) -> Version:
    """Freeze the next version, and tell it to the journal with its digest. Raises RuleBroken."""
    at, number = now(), (description.validated_version or 0) + 1
    if number > 1 and not note:
        raise RuleBroken("note", N_("Dites en quelques mots ce qui change depuis la version précédente."))
    description.validate(number, who.name, today())
    version = publish(session(), description, description.state(), who.name, at, note)
    tell(session(), Verb.VALIDATED, description, number=version.number, digest=version.digest)
    return version
