"""The list of the register with 10,000 activities against the same page with 100: time, and queries."""

from collections.abc import Callable
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
        ask_small, ask_big = _asker(small), _asker(big)
        few, many = _queries(small, ask_small), _queries(big, ask_big)
        rounds = in_turn(ROUNDS, lambda: took(ask_small), lambda: took(ask_big))
    times = f"{middle(rounds, 0) * 1000:.1f} ms with {SMALL}, {middle(rounds, 1) * 1000:.1f} ms with {BIG}"
    return [
        Figure("list, time", ground.kind, ratio(rounds, 1, 0), GOAL, note=times),
        Figure("list, queries", ground.kind, many, few, unit="queries", note=f"{few} with {SMALL}, {many} with {BIG}"),
    ]


def _asker(app: Flask) -> Callable[[], None]:
    browser, headers = app.test_client(use_cookies=False), {"Cookie": cookie(app)}

    def ask() -> None:
        answer = browser.get(PATH, headers=headers)
        assert answer.status_code == 200, f"{PATH} answers {answer.status_code}"
        assert answer.text.count('<th scope="row"') == 50, "the list does not show its fifty rows"

    return ask


def _queries(app: Flask, ask: Callable[[], None]) -> int:
    """How many statements the page sends, once everything is warm."""
    ask()
    with counting(app.extensions["engine"]) as sent:
        ask()
    return len(sent)
