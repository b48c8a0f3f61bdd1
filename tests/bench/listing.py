"""The list of the register with 10,000 activities against the same page with 100: time, and queries."""

from pathlib import Path

from flask import Flask

from tests.bench.grounds import Ground, application, cookie, filled
from tests.bench.measure import Figure, counting, in_turn, middle, ratio, took

PATH = "/registre/"
SMALL, BIG = 100, 10_000
ROUNDS = 150
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
        few, many = _queries(small), _queries(big)
        rounds = in_turn(ROUNDS, lambda: took(lambda: _ask(small)), lambda: took(lambda: _ask(big)))
    times = f"{middle(rounds, 0) * 1000:.1f} ms with {SMALL}, {middle(rounds, 1) * 1000:.1f} ms with {BIG}"
    return [
        Figure("list, time", ground.kind, ratio(rounds, 1, 0), GOAL, note=times),
        Figure("list, queries", ground.kind, many, few, unit="queries", note=f"{few} with {SMALL}, {many} with {BIG}"),
    ]


def _ask(app: Flask) -> None:
    answer = app.test_client(use_cookies=False).get(PATH, headers={"Cookie": cookie(app)})
    assert answer.status_code == 200, f"{PATH} answers {answer.status_code}"
    assert answer.text.count('<th scope="row"') == 50, "the list does not show its fifty rows"


def _queries(app: Flask) -> int:
    """How many statements the page sends, once everything is warm."""
    _ask(app)
    with counting(app.extensions["engine"]) as sent:
        _ask(app)
    return len(sent)
