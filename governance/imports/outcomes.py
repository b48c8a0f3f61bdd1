"""What an import would do: each line against what Vigie holds, and what the file suggests beside its lines."""

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from governance.imports.findings import Issue
from models.imports import BatchState, ImportBatch
from models.journal import Actor
from models.vocabulary import N_, Vocabulary

Plain = dict[str, Any]
Choices = dict[str, Any]
"""What a person said in the preview: "scope", and for each proposal its ticked offers and, as `<name>_on`, its day."""
Progress = Callable[[int, int], None]

MOST_OFFERS = 1_000
"""How many offers one proposal shows; the others come with the next import of the file."""


class Action(Vocabulary):
    CREATE = "create", N_("À créer")
    CHANGE = "change", N_("À modifier")
    SAME = "same", N_("Inchangée")
    REFUSE = "refuse", N_("Refusée")
    LEAVE = "leave", N_("Laissée de côté")

    def told(self, state: BatchState) -> str:
        """How the report calls it: what will be done, what was, and what was taken back."""
        return _TOLD.get((state, self), self.label)


WRITTEN = (Action.CREATE, Action.CHANGE)
_TOLD = {
    (BatchState.APPLIED, Action.CREATE): N_("Créée"),
    (BatchState.APPLIED, Action.CHANGE): N_("Modifiée"),
    (BatchState.UNDONE, Action.CREATE): N_("Création annulée"),
    (BatchState.UNDONE, Action.CHANGE): N_("Modification annulée"),
    (BatchState.ABANDONED, Action.CREATE): N_("Non créée"),
    (BatchState.ABANDONED, Action.CHANGE): N_("Non modifiée"),
}

LEFT_OUT = "left_out"
"""The choice that holds the numbers of the lines, counted from 0, that a person left out of the import."""


@dataclass(kw_only=True)
class Outcome:
    """What becomes of one line.

    `version`: what must not have changed of its record until the confirmation; `label`: the change in a word of the
    subject (« Arrivée »); `changes`: in the form of `models.versions.differences`.
    """

    place: Plain
    action: Action
    reference: str | None = None
    name: str | None = None
    record_id: uuid.UUID | None = None
    version: Any = None
    label: str = ""
    changes: list[Plain] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def shown(self) -> list[Plain]:
        """The changes that the report shows, in the form of `models.versions.differences`."""
        return self.changes

    def counts(self) -> dict[str, int]:
        """How many rows a new record would have of each kind, by its French title."""
        return {}

    def remarks(self) -> list[str]:
        """What the report says on the line itself, beside its changes."""
        return []

    @property
    def mark(self) -> list[Any]:
        """What must be the same at the confirmation as in the preview."""
        return [self.action.value, str(self.record_id or ""), self.version]


@dataclass(frozen=True)
class Offer:
    """One thing that a person may tick: its value, how it is called, and what helps to decide."""

    value: str
    title: str
    detail: str = ""


@dataclass(frozen=True)
class Proposal:
    """What a file suggests beside its lines: a service to create, somebody who left. Only what is ticked is done.

    `day`: the label of the date that goes with it, if it needs one; `whole`: the label that ticks all at once, if any.
    """

    name: str
    title: str
    explanation: str
    offers: list[Offer]
    day: str = ""
    whole: str = ""


@dataclass
class Plan:
    """All that importing a file would do."""

    outcomes: list[Outcome]
    proposals: list[Proposal] = field(default_factory=list)

    def count(self, *actions: Action) -> int:
        return sum(outcome.action in actions for outcome in self.outcomes)

    def leave_out(self, numbers: Iterable[int]) -> None:
        """Keep these lines, counted from 0, out of what is written."""
        for number in numbers:
            outcome = self.outcomes[number]
            if outcome.action in WRITTEN:
                outcome.action, outcome.label = Action.LEAVE, ""

    @property
    def labels(self) -> dict[str, int]:
        """How many lines each word of the subject speaks of."""
        return dict(Counter(outcome.label for outcome in self.outcomes if outcome.label))

    @property
    def mark(self) -> str:
        """What must be the same at the confirmation as in the preview, else somebody changed Vigie meanwhile."""
        told = [outcome.mark for outcome in self.outcomes]
        offered = [[one.name, [offer.value for offer in one.offers]] for one in self.proposals if one.offers]
        return hashlib.sha256(json.dumps([*told, *offered]).encode()).hexdigest()


def no_progress(done: int, total: int) -> None:
    """For callers that nobody watches."""


@dataclass
class Job:
    """One import being written or taken back: who does it, which batch, and who is told how far it is."""

    actor: Actor
    batch: ImportBatch
    total: int
    progress: Progress = no_progress
    done: int = 0

    def advance(self, count: int) -> None:
        self.done += count
        self.progress(self.done, self.total)
