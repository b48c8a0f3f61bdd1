"""No input gives a 500: every form within reach is sent with what nobody should type, every list asked nonsense."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.client import HouseClient, Page, form_values

Clients = Callable[[str | None], HouseClient]

MARKUP = "<svg/onload=1>{{7*7}}"
HOSTILE = (
    "\0nul",
    "\ufffe\u202e",
    "x" * 20_000,
    "-1",
    "9" * 40,
    "1e9",
    "٣",
    "0000-00-00",
    "9999-12-31",
    "' OR 1=1 --",
    MARKUP,
    "=cmd|'/C calc'!A0",
    "//ailleurs.example",
)
QUERIES = (
    "page=-1",
    "page=1e9",
    "page=٣",
    "tri=password_hash",
    "q=%25_%5C",
    "service=zzz",
    "date=9999-99-99",
    "de=v0&a=x",
)
LEFT_ALONE = ("/deconnexion", "/connexion", "/theme", "/etablissement", "/desactiver", "/roles", "/second-facteur")
PAGES = 30


def reached(who: HouseClient, *first: str) -> Iterator[tuple[str, Page]]:
    """The pages that a person reaches by clicking, each kind of page once."""
    waiting, seen = list(first), set[str]()
    while waiting and len(seen) < PAGES:
        path = waiting.pop(0)
        kind = "/".join("*" if part.count("-") == 4 or part.isdigit() else part for part in path.split("/"))
        if kind in seen:
            continue
        seen.add(kind)
        page = who.get(path)
        yield path, page
        waiting += [urlsplit(a.get("href", "")).path for a in page.all("a") if a.get("href", "").startswith("/")]


def posted(page: Page, path: str) -> Iterator[tuple[str, Any]]:
    for form in page.all("form"):
        action = form.get("action") or path
        if form.get("method", "").lower() == "post" and not any(part in action for part in LEFT_ALONE):
            yield action, form


def kinds(who: HouseClient, pages: list[tuple[str, Page]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(action, values) of each kind of form of these pages once: the same names sent to the same view."""
    adapter, seen = who.app.url_map.bind("localhost"), set[Any]()
    for path, page in pages:
        for action, form in posted(page, path):
            values = form_values(form)
            view, parts = adapter.match(urlsplit(action).path, method="POST")
            kind = view, *(parts.get(name) for name in ("slug", "kind", "step")), frozenset(values)
            if kind not in seen:
                seen.add(kind)
                yield action, values


def send(who: HouseClient, action: str, values: dict[str, Any], *, look: bool) -> None:
    """Send a form; only with `look` is the answered page read through, which takes longer than making it."""
    if look:
        who.post(action, values, buffered=True)
        return
    answer = who.client.post(action, data=values, buffered=True)
    assert answer.status_code < 500 or answer.status_code == 503, f"{action}: {answer.status}"
    answer.close()


@pytest.mark.parametrize(
    ("login", "database"),
    [("dpo", "sqlite"), ("dpo", "postgresql"), ("dsi", "sqlite"), ("admin", "sqlite")],
    indirect=["database"],
)
def test_no_form_breaks_on_what_nobody_should_type(client: Clients, login: str, database: Any) -> None:
    who = client(login)
    if login == "dpo":
        made = who.post("/registre/nouvelle/modele/TP02").location
        who.post("/registre/sous-traitants/nouveau", {"name": "Nuage", "contract_state": "signed"})
        first: tuple[str, ...] = (
            "/",
            made,
            f"{made}/modifier/durees",
            "/registre/",
            "/registre/nouvelle",
            "/registre/sous-traitants",
        )
    else:
        first = ("/", "/comptes", "/etablissements/")
    for action, kept in kinds(who, list(reached(who, *first))):
        typed = [name for name in kept if name not in ("csrf_token", "revision")]
        for number, value in enumerate(HOSTILE if typed else ()):
            spoiled: dict[str, Any] = dict.fromkeys(typed, value)
            if number % 2:  # the keys too, and everything twice
                spoiled = {name: [value, value] for name in spoiled}
            send(who, action, {"csrf_token": kept.get("csrf_token", ""), **spoiled}, look=value == MARKUP)
        who.post(action, {})
        who.post(action, {**kept, "revision": "pas un nombre", "ids": ["x", "\0"], "add": "x", "remove": "x-x"})


def test_no_address_breaks_on_what_nobody_should_ask(client: Clients) -> None:
    who = client("dpo")
    made = who.post("/registre/nouvelle/modele/TP02").location
    for path, _page in list(reached(who, "/", made, "/registre/", "/journal/", "/imports/")):
        for query in QUERIES:
            who.get(f"{path}?{query}")
    for broken in ("/registre/pas-un-uuid", f"{made}/modifier/inconnu", f"{made}/versions/99999999999", f"{made}/au/x"):
        assert who.get(broken).status == 404
