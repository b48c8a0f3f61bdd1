"""What the charters give to a pack of evidence: each text in force, byte for byte, and how it is made known."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload, undefer

from exports.charters import booklet
from exports.charters.proof import Diffused, proof
from governance.charters import queries
from governance.charters.delivery import author_of
from governance.database import session
from governance.packing import Given, gives, pieces
from models.base import today
from models.charters.campaign import Answer, Campaign, Invitation
from models.charters.charter import Charter, CharterVersion
from models.charters.consultation import Consultation
from models.charters.diffusion import DiffusionRule
from models.charters.verification import Verification
from models.charters.words import CharterStatus, MediaType
from models.establishments import Establishment
from models.permissions import Permission
from models.vocabulary import N_


@gives(N_("Chartes"), Permission.CHARTERS_READ)
def to_pack(home: Establishment) -> Iterator[Given]:
    """The charters published, linked to an action or not; consultations, diffusion, answers by population, checks."""
    told = _diffused(home)
    yield Given.of("suivi-chartes.pdf", _("Diffusion des chartes"), proof(told, home, today()).pdf(today()))
    for version in told.versions:
        yield from _texts(version, home)
    yield from pieces(Consultation, [one.id for one in told.consultations])
    yield from pieces(Verification, [one.id for one in told.checks])


def _texts(version: CharterVersion, home: Establishment) -> Iterator[Given]:
    """The exact bytes that were published; what was written here also as the document to annex to the house’s rules."""
    is_pdf = version.media_type is MediaType.PDF
    stem, title = f"{version.title}-v{version.number}", f"{version.title}, version {version.number}"
    yield Given(f"{stem}.{'pdf' if is_pdf else 'html'}", title, BytesIO(version.body), version.sha256)
    if not is_pdf:
        held = queries.consultations(version.charter, version.number)
        content = booklet.booklet(version, held, author_of(version), today())
        yield Given.of(f"{stem}.pdf", _("%(title)s, à lire et à imprimer", title=title), content)


def _diffused(home: Establishment) -> Diffused:
    versions = _in_force(home)
    texts = {one.charter_id: one.number for one in versions}
    asked = select(Consultation).where(Consultation.charter_id.in_(texts)).options(joinedload(Consultation.charter))
    held = session.scalars(asked.order_by(Consultation.charter_id, Consultation.held_on)).all()
    checks = select(Verification).where(Verification.establishment_id == home.id)
    return Diffused(
        versions=versions,
        consultations=[one for one in held if one.number <= texts[one.charter_id]],
        rules=session.scalars(DiffusionRule.of(home.id).order_by(DiffusionRule.population)).all(),
        answers=[tuple(row) for row in session.execute(_answers(home))],
        checks=session.scalars(
            checks.options(joinedload(Verification.charter)).order_by(Verification.checked_on.desc(), Verification.id)
        ).all(),
    )


def _in_force(home: Establishment) -> list[CharterVersion]:
    """What is published for an establishment or the whole group, in the version in force."""
    query = select(CharterVersion).join(Charter, Charter.id == CharterVersion.charter_id)
    kept = query.where(Charter.applies_in(home.id), Charter.status == CharterStatus.PUBLISHED)
    whole = undefer(CharterVersion.body), undefer(CharterVersion.content), joinedload(CharterVersion.charter)
    latest = kept.where(CharterVersion.number == Charter.published_number).options(*whole)
    return list(session.scalars(latest.order_by(CharterVersion.title, CharterVersion.id)))


def _answers(home: Establishment) -> Any:
    """(campaign, population, people concerned, those who confirmed), the latest campaign first."""
    confirmed = func.sum(case((Invitation.answer == Answer.ACCEPTED, 1), else_=0))
    query = select(Campaign, Invitation.population, func.count(), confirmed)
    query = query.join(Invitation, Invitation.campaign_id == Campaign.id)
    here = query.where(Invitation.establishment_id == home.id, Invitation.counts())
    return here.group_by(Campaign.id, Invitation.population).order_by(Campaign.starts_on.desc(), Invitation.population)
