"""Pages asked of an application in this process: how long they take over much and over little, what they send."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Flask

from tests.bench.grounds import cookie
from tests.bench.measure import Figure, counting, in_turn, middle, ratio, took

Ask = Callable[[], None]


def asker(app: Flask, path: str, word: str, times: int = 1) -> Ask:
    """Asks for a page as the DPO who is signed in; it must hold `word`, so many `times` at least."""
    browser, headers = app.test_client(use_cookies=False), {"Cookie": cookie(app)}

    def ask() -> None:
        answer = browser.get(path, headers=headers)
        assert answer.status_code == 200, f"{path} answers {answer.status_code}"
        assert answer.text.count(word) >= times, f"{path} does not hold « {word} » {times} times"

    return ask


def queries(app: Flask, ask: Ask) -> int:
    """How many statements a page sends, once everything is warm."""
    ask()
    with counting(app.extensions["engine"]) as sent:
        ask()
    return len(sent)


@dataclass(frozen=True)
class Pair:
    """An application over little and one over much (`sizes` of what), on a kind of database; how often a page is asked,
    and the goal of its time."""

    kind: str
    little: Flask
    much: Flask
    sizes: tuple[Any, Any]
    rounds: int
    goal: float

    def page(self, name: str, path: str, word: str, times: int = 1) -> Iterator[Figure]:
        """The time and the statements of a page that has the same address over both."""
        return self.compared(name, asker(self.little, path, word, times), asker(self.much, path, word, times))

    def compared(self, name: str, small: Ask, big: Ask) -> Iterator[Figure]:
        """The time and the statements of a page over both."""
        few, many = queries(self.little, small), queries(self.much, big)
        rounds = in_turn(self.rounds, partial(took, small), partial(took, big))
        one, other = self.sizes
        times = f"{middle(rounds, 0) * 1000:.1f} ms with {one}, {middle(rounds, 1) * 1000:.1f} ms with {other}"
        yield Figure(f"{name}, time", self.kind, ratio(rounds, 1, 0), self.goal, note=times)
        sent = f"{few} with {one}, {many} with {other}"
        yield Figure(f"{name}, queries", self.kind, many, few, unit="queries", note=sent)
