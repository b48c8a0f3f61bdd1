"""What each room gives to a pack of evidence: documents made of its own records, for an establishment."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from models.establishments import Establishment
from models.hopen.pack import Audience
from models.permissions import Permission


@dataclass(frozen=True)
class Given:
    """A document that a room gives: its file's name, its title, its bytes (open at their start)."""

    name: str
    title: str
    content: IO[bytes]


Giver = Callable[[Establishment], Iterator[Given]]


@dataclass(frozen=True)
class Room:
    """A room that gives documents, to whom, and the right that whoever makes the pack must hold."""

    word: str
    needs: Permission
    audiences: frozenset[Audience]
    give: Giver


GIVERS: list[Room] = []
"""Filled as the rooms are loaded, in the order of the menu."""


def gives(needs: Permission, *audiences: Audience) -> Callable[[Giver], Giver]:
    """Declare that a room gives documents to the packs of some audiences (of all, when none is named)."""

    def declare(give: Giver) -> Giver:
        word = needs.partition(":")[0]
        GIVERS.append(Room(word, needs, frozenset(audiences or Audience), give))
        return give

    return declare
