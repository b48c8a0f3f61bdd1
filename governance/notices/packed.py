"""What the notices give to a pack of evidence: each notice in force as it was published, and how patients get it."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload, undefer

from exports.notices import answers
from exports.notices import making as documents
from exports.notices.proof import Informed, proof
from governance.database import session
from governance.packing import Given, gives, pieces
from models.base import today
from models.establishments import Establishment
from models.hopen.pack import Audience
from models.notices import standing
from models.notices.campaign import DiffusionCampaign
from models.notices.check import InformationCheck
from models.notices.diffusion import DiffusionProcedure
from models.notices.notice import NoticeVersion, PatientNotice
from models.notices.tool import InformationTool
from models.notices.words import NoticeStatus, Support
from models.permissions import Permission
from models.rights import DataSubjectRequest
from models.vocabulary import N_


@gives(N_("Information des patients"), Permission.NOTICES_READ)
def to_pack(home: Establishment) -> Iterator[Given]:
    """The notices, then the tools, procedures, campaigns and checks, with the pieces attached to them."""
    told = _informed(home)
    yield Given.of(
        "suivi-information.pdf", _("Suivi de l’information des patients"), proof(told, home, today()).pdf(today())
    )
    for version in told.notices:
        for support in (Support.POSTER, Support.NOTE):
            made = documents.make(version.content, version.digest, support, "pdf", "a4", version.published_at)
            if made is not None:
                name = f"{version.title}-v{version.number}-{support.value}.pdf"
                title = _("%(title)s, version %(number)s", title=version.title, number=version.number)
                yield Given.of(name, f"{title} ({_(support.label).lower()})", made.content)
    for kind, held in (
        (InformationTool, told.tools),
        (DiffusionCampaign, told.campaigns),
        (InformationCheck, told.checks),
    ):
        yield from pieces(kind, [one.id for one in held])


@gives(N_("Demandes de droits"), Permission.RIGHTS_READ, Audience.CNIL)
def requests(home: Establishment) -> Iterator[Given]:
    """What CNIL asks first: which requests came, and whether they were answered in time."""
    query = select(DataSubjectRequest).where(DataSubjectRequest.establishment_id == home.id)
    found = session.scalars(query.order_by(DataSubjectRequest.received_on.desc(), DataSubjectRequest.reference)).all()
    content = answers.proof(found, home, today()).pdf(today())
    yield Given.of("demandes-de-droits.pdf", _("Demandes d’exercice de droits"), content)


def _informed(home: Establishment) -> Informed:
    shown = selectinload(InformationTool.validations), joinedload(InformationTool.department)
    return Informed(
        notices=_in_force(home),
        tools=_of(home, InformationTool, InformationTool.title, *shown),
        procedures=_of(home, DiffusionProcedure, DiffusionProcedure.created_at, joinedload(DiffusionProcedure.tool)),
        campaigns=_of(
            home,
            DiffusionCampaign,
            DiffusionCampaign.starts_on.desc(),
            joinedload(DiffusionCampaign.tool),
            selectinload(DiffusionCampaign.counts),
        ),
        checks=_of(home, InformationCheck, InformationCheck.checked_on.desc(), joinedload(InformationCheck.department)),
    )


def _in_force(home: Establishment) -> list[NoticeVersion]:
    query = select(NoticeVersion).join(PatientNotice, standing.in_force())
    here = PatientNotice.establishment_id == home.id, PatientNotice.status == NoticeStatus.PUBLISHED
    return list(
        session.scalars(query.where(*here).options(undefer(NoticeVersion.content)).order_by(NoticeVersion.title))
    )


def _of(home: Establishment, kind: Any, order: Any, *options: Any) -> list[Any]:
    """The records of a kind in an establishment."""
    return list(session.scalars(select(kind).where(kind.establishment_id == home.id).order_by(order).options(*options)))
