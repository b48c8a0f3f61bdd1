"""What each room gives to a pack of evidence: documents made of its own records, for an establishment.

What tells where an establishment is weak is reserved: its maker asks for it, and the pack says that it holds it.
"""

import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from sqlalchemy import select

from governance import files
from governance.database import session
from models.establishments import Establishment
from models.evidence import Attachment, HasEvidence
from models.hopen.pack import Audience
from models.permissions import Permission


@dataclass(frozen=True)
class Given:
    """A document that a room gives: its file's name, its title, where its bytes are (open at their start).

    `sha256`: the digest that its record tells, for an attached file.
    """

    name: str
    title: str
    content: IO[bytes] | Path
    sha256: str | None = None

    @classmethod
    def of(cls, name: str, title: str, content: bytes) -> "Given":
        """A document that was just made."""
        return cls(name, title, BytesIO(content))


Giver = Callable[[Establishment], Iterator[Given]]


@dataclass(frozen=True)
class Room:
    """What a room gives under a title, to whom, and the right that whoever makes the pack must hold.

    `reserved`: the sentence by which its maker asks for it; what has none is always given. A reserved document needs a
    right of its own, by which a pack tells that it holds it.
    """

    title: str
    needs: Permission
    audiences: frozenset[Audience]
    give: Giver
    reserved: str = ""


GIVERS: list[Room] = []
"""Filled as the rooms are loaded, in the order of their names."""


def gives(title: str, needs: Permission, *audiences: Audience, reserved: str = "") -> Callable[[Giver], Giver]:
    """Declare that a room gives documents to the packs of some audiences (of all, when none is named)."""

    def declare(give: Giver) -> Giver:
        GIVERS.append(Room(title, needs, frozenset(audiences or Audience), give, reserved))
        return give

    return declare


def givers(audience: Audience, asked: Collection[str] = ()) -> list[Room]:
    """What the rooms give to an audience; of what is reserved, what is `asked` by the right it needs."""
    wanted = (one for one in GIVERS if audience in one.audiences)
    return [one for one in wanted if not one.reserved or one.needs in asked]


def pieces(kind: type[HasEvidence], ids: Collection[uuid.UUID], folder: str = "pieces") -> Iterator[Given]:
    """The files attached to some records of a room that were not removed, the oldest first. One query."""
    query = select(Attachment).where(
        Attachment.owner_type == kind.__tablename__, Attachment.owner_id.in_(ids), Attachment.removed_at.is_(None)
    )
    for one in session.scalars(query.order_by(Attachment.created_at, Attachment.name)):
        yield Given(f"{folder}/{one.name}", one.shown_name, files.place(one.sha256), one.sha256)
