"""Who is answered what: asks every address as everyone, and reads and writes the table access.txt."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import make_url
from werkzeug.routing import Rule

from governance.doors import OPEN_FILES
from governance.rooms import ROOMS
from tests.cast import LOGINS, MANAGER
from tests.house.ground import Things, addresses

TABLE = Path(__file__).with_name("access.txt")
REWRITE = "VIGIE_WRITE_ACCESS=1 .venv/bin/python -m pytest tests/house/test_access.py"
STRANGER = "inconnu"
PEOPLE = (STRANGER, *LOGINS, MANAGER.login)

HEAD = f"""\
# Qui reçoit quelle réponse, adresse par adresse : la politique d’accès, telle que l’application la tient.
# Le test tests/house/test_access.py pose chaque question et refuse toute différence.
# Pour récrire ce tableau après un changement voulu, puis le relire ligne à ligne :
#   {REWRITE}
#
# oui      la demande passe la porte (la page, ou les remarques de son formulaire)
# non      refus, inscrit au journal (403)
# 404      rien n’existe à cette adresse pour cette personne
# entrer   renvoi à la connexion
#
# « inconnu » n’est pas connecté. « + code » : la porte exige un code de moins de dix minutes, que tous ont donné ici.
# Une adresse qui nomme une chose est essayée avec celle de chaque lieu : un service du CHA, le reste du CHA, le CHE.
"""

CHANGED_PEOPLE = {"people.change_many": {"faire": "depart", "left_on": "2190-01-01"}, "people.settle": {}}
CHANGED_MANY = {"faire": "revue", "review_on": "2190-01-01"}


@dataclass(frozen=True)
class Question:
    """One address to ask, about one thing."""

    method: str
    rule: Rule
    whose: str
    path: str
    body: Mapping[str, Any]


def questions(app: Flask, things: Things, room: str) -> Iterator[Question]:
    """Every question that the addresses of a room allow, by address then method."""
    adapter = app.url_map.bind("localhost")
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith(f"{room}.")]
    for rule in sorted(rules, key=lambda rule: rule.rule):
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            for whose, values in addresses(rule, things):
                path = adapter.build(rule.endpoint, values, method)
                for named, body in _bodies(rule.endpoint, things) if method == "POST" else [("", {})]:
                    yield Question(method, rule, whose or named, path, body)


def _bodies(endpoint: str, things: Things) -> list[tuple[str, Mapping[str, Any]]]:
    """What is sent: mostly an empty form, which is refused behind the door and changes nothing."""
    if endpoint == "accounts.theme":
        return [("", {"theme": "dark"})]
    if endpoint == "register.change_many":
        return [(whose, {"ids": one["identity"], **CHANGED_MANY}) for whose, one in things["activity"].items()]
    if endpoint in CHANGED_PEOPLE:
        return [
            (whose, {"ids": one["identity"], **CHANGED_PEOPLE[endpoint]}) for whose, one in things["person"].items()
        ]
    if endpoint == "inventory.change_many":
        bulk = {"faire": "criticite", "criticality": "vital"}
        return [(whose, {"ids": one["identity"], **bulk}) for whose, one in things["application"].items()]
    return [("", {})]


class Asker:
    """Asks any question as anyone, always on the same state of an SQLite database."""

    def __init__(self, app: Flask, url: str, cookies: Mapping[str, str]) -> None:
        self.app, self.cookies = app, cookies
        self.live = Path(str(make_url(url).database))
        self.kept = self.live.with_suffix(".kept")
        app.extensions["engine"].dispose()
        shutil.copyfile(self.live, self.kept)

    def ask(self, person: str, question: Question) -> str:
        """The answer in one word. Raises AssertionError for an answer that no address may give."""
        browser = self.app.test_client(use_cookies=False)
        headers = {"Cookie": self.cookies[person]} if person in self.cookies else {}
        response = browser.open(question.path, method=question.method, data=question.body, headers=headers)
        response.close()
        if question.method == "POST" and response.status_code < 400:
            self._restore()
        code, path = response.status_code, urlsplit(response.headers.get("Location", "")).path
        assert code < 500, f"{question.method} {question.path} as {person}: {response.status}"
        assert code not in (400, 405), f"{question.method} {question.path} as {person}: {response.status}"
        if code in (302, 307) and path in ("/connexion", "/code"):
            return "entrer" if path == "/connexion" else "code"
        return {403: "non", 404: "404"}.get(code, "oui")

    def _restore(self) -> None:
        self.app.extensions["engine"].dispose()
        shutil.copyfile(self.kept, self.live)


def lines(app: Flask, things: Things, asker: Asker, room: str) -> list[str]:
    """The table's lines for a room, as the application answers now."""
    found = []
    for question in questions(app, things, room):
        door = getattr(app.view_functions[question.rule.endpoint], "door", None)
        answers = [asker.ask(person, question) for person in PEOPLE]
        cells = [question.method, question.rule.rule, question.whose or "–", str(door), *answers]
        found.append(_line(cells))
    return found


def _line(cells: list[str]) -> str:
    widths = [4, 68, 13, 28, *(max(len(person), 6) for person in PEOPLE)]
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def read() -> dict[str, list[str]]:
    """The table's lines by room, as committed."""
    sections: dict[str, list[str]] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines() if TABLE.exists() else ():
        if line.startswith("["):
            sections[line.strip("[]")] = []
        elif line and not line.startswith(("#", "     ")):
            sections[list(sections)[-1]].append(line)
    return sections


def write(room: str, found: list[str]) -> None:
    """Put a room's lines in the table."""
    sections = {**read(), room: found}
    heads = _line(["", "adresse", "de", "porte", *PEOPLE])
    blocks = [f"[{one.word}]\n{heads}\n" + "".join(f"{line}\n" for line in sections.get(one.word, ())) for one in ROOMS]
    TABLE.write_text("\n".join([HEAD, *blocks]), encoding="utf-8")


def rules(app: Flask) -> list[Rule]:
    """Every address of the house, but those of files open to all."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in OPEN_FILES]
