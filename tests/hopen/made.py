"""What the tests of HOP’EN begin with: a tracking that somebody keeps."""

import datetime as dt
import io
import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import files
from governance.hopen.packs import keeping as packs
from models.base import today
from models.establishments import Establishment
from models.hopen.bridges import Bridge
from models.hopen.pack import Audience, Pack, PackLink, token_digest
from models.hopen.prerequisites import Objective
from models.hopen.tracking import Pursuit, Step, begin_tracking
from models.hopen.upkeep import Upkeep, UpkeepKind


def tracked(session: Session, place: uuid.UUID) -> dict[str, Step]:
    """Begin the tracking of an establishment; gives its steps by the code of their action."""
    known = list(session.scalars(select(Objective).order_by(Objective.position)))
    begin_tracking(session, session.get_one(Establishment, place), known)
    return {one.task_code: one for one in session.scalars(select(Step).where(Step.establishment_id == place))}


def pursued(session: Session, place: uuid.UUID, code: str) -> Pursuit:
    """One objective of an establishment whose tracking is begun."""
    wanted = select(Pursuit).where(Pursuit.establishment_id == place, Pursuit.objective_code == code)
    return session.scalars(wanted).one()


def handed_pack(session: Session, place: uuid.UUID, token: str) -> PackLink:
    """A pack of an establishment, and a link to it that opens with a token."""
    digest, size = files.keep(io.BytesIO(f"PK {place}".encode()), packs.folder())
    pack = Pack(
        establishment_id=place, audience=Audience.HOPEN, name="dossier.zip", documents=3, missing=[], size=size,
        sha256=digest, made_by="Diane Petit", needs=[],
    )  # fmt: skip
    until = today() + dt.timedelta(days=7)
    link = PackLink(recipient="Ève Marchal", digest=token_digest(token), expires_on=until, made_by="Diane Petit")
    pack.links.append(link)
    session.add(pack)
    session.flush()
    return link


def kept_up(place: uuid.UUID, kind: UpkeepKind = UpkeepKind.IDENTITY_UNIT) -> Upkeep:
    """Something kept alive in an establishment for a year, of which nothing is noted yet."""
    begun = today() - dt.timedelta(days=365)
    made = Upkeep(establishment_id=place, kind=kind, title=kind.label, every_months=3, begun_on=begun)
    made.settle()
    return made


def bridged(session: Session, code: str = "recyf-2b3>P2.4-O3") -> dict[str, Any]:
    """A bridge of the catalogue and the requirement that it leads to, as addresses name them."""
    found = session.scalars(select(Bridge).where(Bridge.catalogue_code == code)).one()
    return {"identity": found.requirement_id, "bridge_id": found.id}
