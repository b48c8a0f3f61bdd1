"""What leaves a campaign: its list as a spreadsheet, the sheets to hand over, the codes given apart from the links."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterator
from typing import IO, Any

from flask import flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from exports.charters import coverage as documents
from exports.charters import letters
from exports.charters.letters import Letter
from exports.charters.sheets import reference
from governance import mail
from governance.charters import coverage, tokens
from governance.charters.acceptance import Act, invitations, named, sentence
from governance.charters.blueprint import blueprint
from governance.charters.campaign_forms import PeopleExportForm
from governance.charters.delivery import author_of
from governance.charters.reach import COLLECT, EDIT, READ, load_campaign, load_invitation
from governance.database import session
from governance.doors import requires
from governance.lists import asked
from governance.media import MIMETYPES
from governance.visitor import visitor
from models.base import now, today
from models.charters.acceptance import Acceptance, Decision
from models.charters.campaign import Answer, Campaign, Invitation
from models.charters.collection import LINK_LIFE, PersonalLink
from models.charters.words import Channel
from models.journal import Verb, tell
from models.people import Person

Page = str | tuple[str, int] | Response
CHUNK = 500


@blueprint.post("/campagnes/<uuid:identity>/exporter")
@requires(COLLECT, EDIT)
def export_people(identity: uuid.UUID) -> Page:
    """The list as it was filtered, whole, told to the journal with its digest."""
    found, form = load_campaign(identity, READ), PeopleExportForm()
    if not form.sent():
        flash(_("Choisissez un format."), "warning")
        return redirect(url_for("charters.campaign_people", identity=identity), 303)
    kind = str(form.format.data)
    ids = _listed(found)
    make = documents.workbook if kind == "xlsx" else documents.table
    content: IO[bytes] = make(found, _lines(ids), visitor().name)
    _tell(found, kind, len(ids), content)
    name = f"campagne-{today():%Y-%m-%d}.{kind}"
    return send_file(content, mimetype=MIMETYPES[kind], as_attachment=True, download_name=name)


def _listed(found: Campaign) -> list[uuid.UUID]:
    """The identities of the list that the form names, by name."""
    query = coverage.listed(found, visitor(), asked(), today())
    return list(session.scalars(query.order_by(Person.sort_name, Invitation.id)))


def _lines(ids: list[uuid.UUID]) -> Iterator[tuple[Invitation, Acceptance | None]]:
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        query = select(Invitation).options(
            joinedload(Invitation.person).joinedload(Person.manager),
            joinedload(Invitation.department),
            joinedload(Invitation.establishment),
            joinedload(Invitation.version),
        )
        found = {one.id: one for one in session.scalars(query.where(Invitation.id.in_(chunk)))}
        answers = coverage.answers(list(found.values()))
        yield from ((found[identity], answers.get(identity)) for identity in chunk)


def _tell(found: Campaign, kind: str, rows: int, content: IO[bytes]) -> None:
    digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    content.seek(0)
    tell(session(), Verb.EXPORTED, found, found.title, format=kind, rows=rows, digest=digest, public=False)


# Sheets to hand over


@blueprint.post("/campagnes/<uuid:identity>/feuilles")
@requires(COLLECT)
def print_sheets(identity: uuid.UUID) -> Page:
    """One page for each person of the list who has not answered: to sign, or to answer with a phone."""
    found = load_campaign(identity, READ)
    query = invitations().where(
        Invitation.id.in_(_listed(found)), Invitation.answer == Answer.PENDING, Invitation.counts()
    )
    people = session.scalars(query.join(Invitation.person).order_by(Person.sort_name).limit(letters.MAX)).all()
    if not people or not found.is_running:
        flash(_("Personne n’attend de feuille dans cette liste."), "warning")
        return redirect(url_for("charters.campaign_people", identity=identity), 303)
    at = now()
    pages = [_letter(found, one, at) for one in people]
    author = author_of(found.version)
    content = letters.sheets(found.version, pages, author, found.desk, today())
    digest = hashlib.sha256(content).hexdigest()
    tell(session(), Verb.EXPORTED, found, found.title, format="pdf", rows=len(pages), digest=digest, public=False)
    return Response(
        content, mimetype="application/pdf",
        headers={"Content-Disposition": f"attachment; filename=feuilles-{today():%Y-%m-%d}.pdf"},
    )  # fmt: skip


def _letter(found: Campaign, one: Invitation, at: dt.datetime) -> Letter:
    act = Act(Decision.ACCEPTED, Channel.PAPER, (), at)
    words: dict[str, Any] = one.version.statements.get(Channel.PAPER.value, {})
    known = named(one.person)
    return Letter(
        name=one.person.name,
        lines=[known["fonction"], known["service"]],
        statement=sentence(one.version, one.person, act),
        notice=words.get("notice", ""),
        reference=reference(one.version, one.id.hex[:8].upper()),
        due_on=one.due_on,
        address=_link(found, one, at),
        code="",
    )


def _link(found: Campaign, one: Invitation, at: dt.datetime) -> str:
    """A personal link made for this very sheet."""
    token = tokens.new_token()
    code = tokens.personal_code(found.id, one.person_id) if found.second_code else None
    session.add(
        PersonalLink(
            campaign_id=found.id, person_id=one.person_id, digest=tokens.token_digest(token, "link"),
            code_digest=tokens.token_digest(code, "code") if code else None, expires_at=at + LINK_LIFE,
        )
    )  # fmt: skip
    return mail.link("charters.open_link", token=token)


@blueprint.post("/personnes/<uuid:identity>/code")
@requires(COLLECT)
def give_code(identity: uuid.UUID) -> str:
    """The six digits to hand to somebody apart from her link."""
    one = load_invitation(identity, COLLECT)
    code = tokens.personal_code(one.campaign_id, one.person_id)
    return render_template("charters/given_code.html", invitation=one, code=f"{code[:3]} {code[3:]}")
