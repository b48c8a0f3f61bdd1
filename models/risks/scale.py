"""A rating scale: the steps of severity and of likelihood, the levels of risk, and the matrix that leads to them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, false, literal, null

from models.rules import RuleBroken
from models.vocabulary import N_, Vocabulary

LEAST_STEPS, MOST_STEPS = 2, 6
LEAST_LEVELS, MOST_LEVELS = 2, 5


class Tone(Vocabulary):
    """The colours of a level, from calm to grave; each is drawn by a class of the style sheet, never by its name."""

    CALM = "0", N_("Vert pâle")
    LOW = "1", N_("Jaune pâle")
    MEDIUM = "2", N_("Orangé")
    HIGH = "3", N_("Rouge")
    GRAVE = "4", N_("Rouge sombre")


@dataclass(frozen=True)
class Step:
    """One step of severity or of likelihood."""

    label: str
    description: str = ""


@dataclass(frozen=True)
class Level:
    """One level of risk: what it is called, what it asks for, and its colour."""

    label: str
    action: str = ""
    tone: str = Tone.MEDIUM.value


@dataclass(frozen=True)
class Scale:
    """`grid[likelihood - 1][severity - 1]` is the level (from 1) of a rating."""

    severities: tuple[Step, ...]
    likelihoods: tuple[Step, ...]
    levels: tuple[Level, ...]
    grid: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, data: dict[str, Any]) -> "Scale":
        """The scale that `data` holds as an analysis keeps it. Raises RuleBroken when it does not hold together."""
        made = cls(
            tuple(Step(**one) for one in data["severities"]),
            tuple(Step(**one) for one in data["likelihoods"]),
            tuple(Level(**one) for one in data["levels"]),
            tuple(tuple(row) for row in data["grid"]),
        )
        made.check()
        return made

    def data(self) -> dict[str, Any]:
        """The scale as JSON data."""
        return {**asdict(self), "grid": [list(row) for row in self.grid]}

    # Its rules

    def check(self) -> None:
        """Raises RuleBroken on the field to mend: too few steps, a hole in the matrix, a graver cell worth less."""
        _check_labels("severities", self.severities, LEAST_STEPS, MOST_STEPS)
        _check_labels("likelihoods", self.likelihoods, LEAST_STEPS, MOST_STEPS)
        _check_labels("levels", self.levels, LEAST_LEVELS, MOST_LEVELS)
        if len(self.grid) != len(self.likelihoods) or any(len(row) != len(self.severities) for row in self.grid):
            raise RuleBroken("grid", N_("La matrice a des cases vides : donnez un niveau à chacune."))
        if any(not 1 <= cell <= len(self.levels) for row in self.grid for cell in row):
            raise RuleBroken("grid", N_("La matrice a des cases vides : donnez un niveau à chacune."))
        if not self._is_rising():
            raise RuleBroken(
                "grid",
                N_("Une case plus grave ou plus vraisemblable ne peut pas valoir moins que sa voisine."),
            )

    def _is_rising(self) -> bool:
        lines = [*self.grid, *zip(*self.grid, strict=True)]
        return all(list(line) == sorted(line) for line in lines)

    # What it says

    def level(self, severity: int | None, likelihood: int | None) -> int | None:
        """The level of a rating, from 1; None when it is not whole."""
        if severity is None or likelihood is None:
            return None
        return self.grid[likelihood - 1][severity - 1]

    @property
    def top(self) -> int:
        """The highest level: what is « high »."""
        return len(self.levels)

    def holds(self, severity: int | None, likelihood: int | None) -> bool:
        """Whether both steps, when said, are steps of this scale."""
        return (severity is None or 1 <= severity <= len(self.severities)) and (
            likelihood is None or 1 <= likelihood <= len(self.likelihoods)
        )

    def top_sql(self, severity: Any, likelihood: Any) -> ColumnElement[bool]:
        """SQL: whether a rating is at the highest level; a graver cell never being worth less, a threshold says it."""
        rules: list[ColumnElement[bool]] = []
        for column in range(1, len(self.severities) + 1):
            high = [row for row, line in enumerate(self.grid, 1) if line[column - 1] == self.top]
            rules += [and_(severity == column, likelihood >= high[0])] if high else []
        return _any(rules) if rules else false()

    def level_sql(self, severity: Any, likelihood: Any) -> ColumnElement[int | None]:
        """SQL: what `level` says of two columns; NULL when the rating is not whole."""
        cells: dict[int, list[ColumnElement[bool]]] = {}
        for row, line in enumerate(self.grid, 1):
            for column, level in enumerate(line, 1):
                cells.setdefault(level, []).append(and_(severity == column, likelihood == row))
        whens = [(_any(found), literal(level, Integer)) for level, found in sorted(cells.items())]
        return case(*whens, else_=null())

    # From one scale to another

    def moved(self, step: int | None, count: int, target: int) -> int | None:
        """Where a step goes when `count` steps become `target`: it stays, or goes to the nearest in share."""
        if step is None or count == target:
            return step
        share = (step - 1) / (count - 1)
        return int(share * (target - 1) + 0.5) + 1

    def carried(self, severity: int | None, likelihood: int | None, to: "Scale") -> tuple[int | None, int | None]:
        """A rating of this scale, as it becomes on another."""
        return (
            self.moved(severity, len(self.severities), len(to.severities)),
            self.moved(likelihood, len(self.likelihoods), len(to.likelihoods)),
        )


def _any(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    first, *others = conditions
    for one in others:
        first = first | one
    return first


def _check_labels(field: str, steps: Sequence[Any], least: int, most: int) -> None:
    if not least <= len(steps) <= most:
        raise RuleBroken(field, N_("Il en faut entre {least} et {most}.").format(least=least, most=most))
    labels = [one.label.strip().casefold() for one in steps]
    if not all(labels):
        raise RuleBroken(field, N_("Chaque degré porte un nom."))
    if len(set(labels)) < len(labels):
        raise RuleBroken(field, N_("Deux degrés portent le même nom."))


def scale_of_term(facts: dict[str, Any]) -> Scale:
    """The scale of a matrix of the catalogue, from the facts of its term."""
    return Scale.of({name: facts[name] for name in ("severities", "likelihoods", "levels", "grid")})


__all__ = ["Level", "Scale", "Step", "Tone", "scale_of_term"]
