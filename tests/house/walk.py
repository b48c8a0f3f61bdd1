"""A walk through the house: every page that a person reaches by clicking, from the addresses that name nothing."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from sqlalchemy import Engine, select
from werkzeug.exceptions import HTTPException

from models.base import Base
from models.journal import Entry, Verb
from tests.client import HouseClient, Page
from tests.house.access import rules

VISITS = 2
"""How many addresses of one kind are visited, usually: same endpoint, same section, same names in the query."""


@dataclass(frozen=True)
class Step:
    """A page that was visited, and the page whose link led there."""

    path: str
    page: Page
    endpoint: str
    found_on: str


FURTHER = 3
"""How many visits later one reads the pages of a room where nothing is sought any more."""


def walk(
    app: Flask, browsers: Sequence[HouseClient], starts: list[str], visits: int = VISITS, sought: set[str] | None = None
) -> Iterator[Step]:
    """Follow every link from `starts`, a few of each kind, and give each page once for each browser.

    Whoever is about to see a page where the fewest were goes first, in the rooms of `sought` (endpoints) before others.
    People who walk together do not read the same list under each of its filters.
    """
    order = count()
    waiting = [(0, next(order), start, "the address bar", browser) for start in starts for browser in browsers]
    seen: set[tuple[HouseClient, str]] = set()
    visited: Counter[Any] = Counter()
    often: Counter[str] = Counter()
    while waiting:
        rank, place, path, found_on, browser = heappop(waiting)
        kind = _kind(app, path)
        if kind is None:
            continue
        pace = browser, kind if len(browsers) == 1 else kind[:2]
        if (browser, path) in seen or visited[pace] >= visits:
            continue
        later = often[kind[0]] + (0 if sought is None or _room(kind[0]) in map(_room, sought) else FURTHER)
        if later > rank:
            heappush(waiting, (later, place, path, found_on, browser))
            continue
        seen.add((browser, path))
        visited[pace] += 1
        often[kind[0]] += 1
        page = browser.get(path)
        yield Step(path, page, kind[0], found_on)
        for href in _links(page, path):
            if (browser, href) not in seen:
                heappush(waiting, (0, next(order), href, path, browser))


def _room(endpoint: str) -> str:
    return endpoint.split(".")[0]


def _kind(app: Flask, address: str) -> tuple[Any, ...] | None:
    parts = urlsplit(address)
    try:
        endpoint, values = app.url_map.bind("localhost").match(parts.path, method="GET")
    except HTTPException:
        return None
    if endpoint.endswith("static"):
        return None
    return endpoint, values.get("slug"), frozenset(name for name, _ in parse_qsl(parts.query))


def _links(page: Page, here: str) -> Iterator[str]:
    for one in page.all("a"):
        href = one.get("href", "").split("#")[0]
        if href.startswith("?"):
            yield urlsplit(here).path + href
        elif href.startswith("/"):
            yield href


def plain_addresses(app: Flask) -> list[str]:
    """The pages whose address names nothing."""
    return sorted(rule.rule for rule in rules(app) if not rule.arguments and "GET" in (rule.methods or ()))


def fingerprint(engine: Engine) -> dict[str, int]:
    """A number for the content of each table, but for what reading leaves: refusals, and when a session was seen."""
    with engine.connect() as connection:
        return {
            table.name: hash(frozenset(_rows(connection.execute(_query(table)).mappings())))
            for table in Base.metadata.sorted_tables
        }


def _query(table: Any) -> Any:
    query = select(*(column for column in table.columns if column.key != "seen_at"))
    return query.where(Entry.verb != Verb.ACCESS_REFUSED) if table is Entry.__table__ else query


def _rows(rows: Any) -> Iterator[str]:
    return (repr(sorted(row.items())) for row in rows)
