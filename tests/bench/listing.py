"""The list of the register with 10,000 activities against the same page with 100: time, and queries."""

from pathlib import Path

from tests.bench.asking import Pair
from tests.bench.grounds import Ground, application, filled
from tests.bench.measure import Figure

PATH = "/registre/"
SMALL, BIG = 100, 10_000
ROUNDS, SHOWN = 150, 50
GOAL = 1.2


def run(grounds: list[Ground], folder: Path) -> list[Figure]:
    """The page as its DPO sees it first, asked of the application in this process."""
    return [figure for ground in grounds for figure in _on(ground, folder)]


def _on(ground: Ground, folder: Path) -> list[Figure]:
    with (
        filled(ground, folder, SMALL) as little,
        filled(ground, folder, BIG) as much,
        application(little, folder) as small,
        application(much, folder) as big,
    ):
        pair = Pair(ground.kind, small, big, (SMALL, BIG), ROUNDS, GOAL)
        return list(pair.page("list", PATH, '<th scope="row"', SHOWN))
