"""The page on which somebody reads a version and answers: the frozen text, the sentence, nothing ticked beforehand."""

from dataclasses import dataclass, replace
from typing import Any

from flask_babel import lazy_gettext as _
from markupsafe import Markup
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from governance.charters import queries
from governance.charters.acceptance import Act, named, sentence
from governance.forms import Form, paragraph, text
from models.charters.acceptance import Decision
from models.charters.campaign import Invitation
from models.charters.charter import CharterVersion
from models.charters.words import MediaType, SectionKind
from models.people import Person
from models.wording import filled, shown, spaced


class Altered(Exception):
    """The bytes of a version are no longer those that were published: nobody may be asked to agree to them."""

    def __init__(self, version: CharterVersion) -> None:
        super().__init__(version)
        self.version = version


class AnswerForm(Form):
    """A confirmation: the box is never ticked beforehand, and `seen` says which bytes were on the screen."""

    seen = HiddenField(validators=[InputRequired()])
    read = BooleanField(
        _("J’ai pris connaissance de la charte"),
        validators=[InputRequired(_("Cochez la case pour confirmer, ou utilisez le bouton de refus."))],
    )
    code = text(_("Code remis à part"), limit=12)


class RefusalForm(Form):
    """A refusal; the reason is given only if one wishes."""

    seen = HiddenField(validators=[InputRequired()])
    reason = paragraph(_("Motif, si vous souhaitez le donner"), limit=2000)


@dataclass(frozen=True)
class Reading:
    """What the page shows of an invitation."""

    invitation: Invitation
    version: CharterVersion
    person: Person
    text: Markup
    helpers: dict[SectionKind, list[dict[str, Any]]]
    statement: str
    words: dict[str, str]


def reading(invitation: Invitation, act: Act) -> Reading:
    """The text of an invitation as it was frozen, and the sentence of its channel. Raises Altered."""
    version, person = invitation.version, invitation.person
    if not queries.is_intact(version):
        raise Altered(version)
    words = version.statements.get(act.channel.value, {})
    return Reading(
        invitation=invitation,
        version=version,
        person=person,
        text=Markup(shown(version.body)) if version.media_type is MediaType.HTML else Markup(""),  # noqa: S704 -- made by exports, and its digest was just verified
        helpers={
            kind: [_spaced(one) for one in version.content["sections"] if one["kind"] == kind]
            for kind in (SectionKind.SHORT, SectionKind.EASY)
        },
        statement=sentence(version, person, replace(act, decision=Decision.ACCEPTED)),
        words={
            name: filled(words.get(name) or "", named(person)) for name in ("notice", "checkbox", "confirm", "refuse")
        },
    )


def _spaced(section: dict[str, Any]) -> dict[str, Any]:
    """A section with its French blanks where lines do not break."""
    return {**section, "title": spaced(section["title"]), "lines": [spaced(line) for line in section["lines"]]}


def answer_form(found: Reading) -> AnswerForm:
    """The form of a confirmation, its box named as the version says."""
    form = AnswerForm(seen=found.version.sha256)
    if found.words["checkbox"]:
        form.read.label.text = found.words["checkbox"]
    return form
