"""The first page: each figure is the number that its list shows, and each person sees her own."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.client import HouseClient, Page

Clients = Callable[[str | None], HouseClient]

on_the_demonstration = pytest.mark.parametrize(
    "database", ["sqlite, demonstration", "postgresql, demonstration"], indirect=True
)


def figures(page: Page) -> list[tuple[int, str]]:
    """(number, address of its list) for each figure of the page."""
    tiles = [one for one in page.all("a") if "tile" in (one.get("class") or "").split()]
    return [(_number("".join(tile.itertext())), tile.get("href")) for tile in tiles]


def _number(text: str) -> int:
    digits = re.match(r"\s*([\d\s]+)", text)
    assert digits is not None, text
    return int(re.sub(r"\s", "", digits[1]))


def listed(page: Page) -> int:
    """How many records the list says it holds; somebody's own things are not paged."""
    total = re.search(r"à \d+ sur ([\d\s]+)", page.words)
    if page.title in ("Mes actions", "Mes chartes"):
        return len(page.all("section", class_="panel charter-asked") or page.all("tbody")[0].findall("tr"))
    return _number(total[1]) if total else 0


@pytest.mark.parametrize(
    ("login", "database"),
    [
        *(
            (login, "sqlite, demonstration")
            for login in ("dpo", "direction", "rssi", "dsi", "rh", "auditeur", "referent", "agent")
        ),
        *((login, "postgresql, demonstration") for login in ("dpo", "direction")),
    ],
    indirect=["database"],
)
def test_each_figure_is_the_number_of_its_list(login: str, client: Clients, database: Any) -> None:
    browser = client(login)
    shown = figures(browser.get("/"))
    assert len(shown) > 5 or login == "agent"
    assert any(number for number, _ in shown)
    assert {address: listed(browser.get(address)) for _, address in shown} == {address: n for n, address in shown}


@on_the_demonstration
@pytest.mark.parametrize("login", ["dpo", "dsi"])
def test_who_reads_the_inventory_starts_with_its_rate(login: str, client: Clients, database: Any) -> None:
    browser = client(login)
    shown = {address: number for number, address in figures(browser.get("/"))}
    met, counted = shown["/applications/?montrer=p34-atteint"], shown["/applications/?montrer=p34"]
    assert 0 < met < counted
    assert f"{met} sur {counted}" in browser.get("/").words
    assert f"{met} sur {counted}" in browser.get("/applications/indicateurs").words


def test_who_does_not_read_the_register_sees_no_figure(client: Clients) -> None:
    page = client("agent").get("/")
    assert figures(page) == []
    assert page.title == "Bonjour, Agathe Roux"
    assert "Rien ne vous attend" in page.words


def test_the_service_says_that_it_lives(client: Clients) -> None:
    page = client(None).get("/sante")
    assert (page.status, page.text) == (200, "ok\n")
