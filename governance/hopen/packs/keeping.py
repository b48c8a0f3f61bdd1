"""Where the bytes of packs are, how long they stay, and who may take one."""

import uuid
from pathlib import Path
from typing import Any

from flask import abort, current_app
from flask_babel import gettext as _
from sqlalchemy import false, or_, select
from sqlalchemy.orm import joinedload, selectinload

from governance import files
from governance.database import session
from governance.hopen import queries
from governance.packing import GIVERS
from governance.visitor import Place, visitor
from models.base import now
from models.hopen.pack import KEPT_FOR, Pack
from models.permissions import Permission

EXPORT = Permission.HOPEN_EXPORT
GROUP = "groupe"


def folder() -> Path:
    """Where the bytes of packs are, by digest."""
    data: Path = current_app.extensions["settings"].data_dir
    return data / "packs"


def place_of(pack: Pack) -> Path | None:
    """The zip of a pack; None once it is erased."""
    path = files.place(pack.sha256, folder())
    return path if path.is_file() else None


def places() -> list[Place]:
    """The establishments whose packs she makes, where she works now."""
    exported = visitor().places(EXPORT)
    return [one for one in queries.places_of(visitor()) if one in exported]


def scopes() -> dict[str, list[Place]]:
    """What a pack of hers may cover, by its value in the form: an establishment, the group for who reads it all."""
    here = places()
    found = {str(one.id): [one] for one in here}
    if len(here) > 1 and visitor().reads_everywhere(EXPORT):
        return {GROUP: here, **found}
    return found


def _readable() -> Any:
    """SQL: the packs that she may take: those of her establishments; the group's, for who reads the whole group."""
    whole = Pack.establishment_id.is_(None) if visitor().reads_everywhere(EXPORT) else false()
    return or_(Pack.establishment_id.in_([one.id for one in places()]), whole)


def found(identity: uuid.UUID) -> Pack:
    """The pack, if she may take it; else 404."""
    options = joinedload(Pack.establishment), selectinload(Pack.links)
    pack = session.scalars(select(Pack).options(*options).where(Pack.id == identity, _readable())).one_or_none()
    return pack if pack is not None and _holds_all(pack) else abort(404)


def latest(count: int) -> list[Pack]:
    """The last packs made that she may take."""
    query = select(Pack).options(joinedload(Pack.establishment), selectinload(Pack.links)).where(_readable())
    return [one for one in session.scalars(query.order_by(Pack.created_at.desc()).limit(count)) if _holds_all(one)]


def _holds_all(pack: Pack) -> bool:
    """Whether she holds the rights that what is inside needs: a pack opens nothing that its rooms close to her."""
    return all(visitor().may(Permission(need), pack) for need in pack.needs)


def reserved(pack: Pack) -> list[str]:
    """What a pack holds that tells weaknesses: its maker put it in by a right that nothing else in a pack needs."""
    return [_(room.reserved) for room in GIVERS if room.reserved and room.needs in pack.needs]


def forget_packs() -> int:
    """Erase the zips of packs made long ago; gives how many. What they were stays told."""
    old = set(session.scalars(select(Pack.sha256).where(Pack.created_at < now() - KEPT_FOR)))
    fresh = set(session.scalars(select(Pack.sha256).where(Pack.created_at >= now() - KEPT_FOR)))
    paths = [files.place(digest, folder()) for digest in old - fresh]
    held = [path for path in paths if path.is_file()]
    for path in held:
        path.unlink()
    return len(held)
