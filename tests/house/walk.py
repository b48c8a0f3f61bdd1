"""A walk through the house: every page that a person reaches by clicking, from the addresses that name nothing."""

from collections import Counter
from collections.abc import Iterator
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


def walk(
    app: Flask, browser: HouseClient, starts: list[str], visits: int = VISITS, often: Counter[str] | None = None
) -> Iterator[Step]:
    """Follow every link from `starts`, a few of each kind, and give each page once.

    People who look for pages together count in `often` the visits of each endpoint: each goes first where the fewest
    were, and does not read the same list under each of its filters.
    """
    order, together = count(), often is not None
    often = Counter() if often is None else often
    waiting = [(0, next(order), start, "the address bar") for start in starts]
    seen: set[str] = set()
    visited: Counter[Any] = Counter()
    while waiting:
        rank, place, path, found_on = heappop(waiting)
        kind = _kind(app, path)
        if together and kind:
            kind = kind[:2]
        if path in seen or kind is None or visited[kind] >= visits:
            continue
        if often[kind[0]] > rank:
            heappush(waiting, (often[kind[0]], place, path, found_on))
            continue
        seen.add(path)
        visited[kind] += 1
        often[kind[0]] += 1
        page = browser.get(path)
        yield Step(path, page, kind[0], found_on)
        for href in _links(page, path):
            if href not in seen:
                heappush(waiting, (0, next(order), href, path))


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
