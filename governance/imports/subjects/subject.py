"""What can be imported: how a subject says itself, reads a file, plans, writes, and takes back."""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from governance.imports.findings import Mappings, Understanding
from governance.imports.outcomes import Choices, Job, Plain, Plan
from models.imports import ImportedRecord
from models.permissions import Permission
from models.vocabulary import N_

Reader = Callable[[bytes, str], Understanding]
"""(bytes of a file, its name) -> what is understood of it. Raises Unreadable. Asks nothing of the database."""

Meanings = list[str | None]
"""What each column of a table means: the target, or None to leave it out."""


class Subject(ABC):
    """One thing that files bring in. The room asks it everything that is not the same for all."""

    word: ClassVar[str]
    """Its word in every wing: "register"."""
    title: ClassVar[str]
    """What one chooses to import: « Registre des traitements »."""
    hint: ClassVar[str]
    """Which files it understands, and what comes of them."""
    one: ClassVar[str]
    many: ClassVar[str]
    """Its records in a sentence, a feminine: « fiche » and « fiches »."""
    heads: ClassVar[tuple[str, str]]
    """The titles of the report's columns: reference and name."""
    unnumbered: ClassVar[str] = ""
    """What the report shows for a new record without a reference."""
    scope_title: ClassVar[str] = N_("Le fichier contient en entier")
    """The label of what `scopes` lets one choose, and the sentence above it."""
    scope_hint: ClassVar[str] = N_(
        "Une ligne absente n’efface rien. Dites ce que ce fichier contient en entier : seules les absences de cet "
        "ensemble sont proposées plus bas."
    )
    table: ClassVar[str]
    """The table of its records, by which their changes are told in words."""
    model: ClassVar[Any]
    """The class of its records."""
    permission: ClassVar[Permission]
    """What one must hold to import it, and to see its imports."""

    @abstractmethod
    def reader(self, known: Mappings) -> Reader:
        """What reads its files; all that the database must tell is asked now, so that reading holds no lock."""

    @abstractmethod
    def meanings(self) -> list[tuple[str, str]]:
        """(target, French title) of all that a column may mean, for the mapping screen."""

    def title_of(self, target: str) -> str:
        """The French title of a target, of those too that only the headers of one table suggested."""
        return dict(self.meanings())[target]

    def is_target(self, target: str) -> bool:
        """Whether a text names a target: what a form sends back is checked with it."""
        return any(target == known for known, _title in self.meanings())

    def is_single(self, target: str) -> bool:
        """Whether only one column of a table may mean this."""
        return True

    @abstractmethod
    def check_meanings(self, chosen: Iterable[Meanings]) -> None:
        """Raises RuleBroken when the columns said by a person are not enough."""

    @abstractmethod
    def content(self, read: Understanding) -> Plain:
        """What the batch keeps of a file until it is applied."""

    def scopes(self, home: uuid.UUID, content: Plain) -> list[tuple[str, str]]:
        """What a file may cover wholly, as (value, French label), the likeliest first; nothing when absence is mute."""
        return []

    @abstractmethod
    def plan(self, home: uuid.UUID, content: Plain, choices: Choices) -> Plan:
        """What importing the content into an establishment would do, with what a person chose in the preview."""

    @abstractmethod
    def write(self, job: Job, content: Plain, plan: Plan) -> None:
        """Write the plan in the caller's transaction, journal and ImportedRecords included."""

    @abstractmethod
    def take_back(self, job: Job, records: list[ImportedRecord]) -> tuple[int, int]:
        """Undo what was written: (records removed, records restored). Raises RuleBroken when somebody touched one."""
