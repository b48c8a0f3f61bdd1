"""From the address of a record to the record, and back: what a step may point to as its proof."""

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, url_for
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from governance.database import session
from governance.links import SHOWN_BY
from governance.visitor import Visitor
from models.charters.charter import Charter
from models.evidence import HasEvidence, owners
from models.hopen.opinions import StepLink
from models.permissions import Permission
from models.rules import RuleBroken
from models.vocabulary import N_

CHARTER = Charter.__tablename__
PAGES = {**SHOWN_BY, CHARTER: "charters.show"}
"""The kind of a record -> the endpoint of its page: those of the house, and charters, which take no files."""

UNKNOWN = N_("Aucune fiche que vous puissiez lire ne se trouve à cette adresse : copiez-la depuis sa page.")


def found_at(who: Visitor, address: str) -> Any:
    """The record shown at an address of the application, if she may read it. Raises RuleBroken("address") otherwise."""
    adapter = current_app.url_map.bind("")
    try:
        endpoint, values = adapter.match(urlsplit(address).path, method="GET")
    except HTTPException:
        raise RuleBroken("address", UNKNOWN) from None
    kind = next((kind for kind, page in PAGES.items() if page == endpoint), None)
    thing = session.get(_model(kind), values["identity"]) if kind and values.keys() == {"identity"} else None
    if thing is None or not readable(who, thing):
        raise RuleBroken("address", UNKNOWN)
    return thing


def _model(kind: str) -> type[Any]:
    return Charter if kind == CHARTER else owners()[kind]


def readable(who: Visitor, thing: Any) -> bool:
    """Whether a record is hers to read; a charter common to the group is read by whoever reads charters somewhere."""
    if isinstance(thing, HasEvidence):
        return who.may_read(thing)
    return who.may(Permission.CHARTERS_READ, thing if thing.establishment_id else None)


@dataclass(frozen=True)
class Linked:
    """A link as the page of its step shows it: `url` is None when the record is gone, or is not hers to read."""

    link: StepLink
    url: str | None


def shown(who: Visitor, links: list[StepLink]) -> list[Linked]:
    """The links of a step; one query for each kind of record among them."""
    by_kind: dict[str, list[uuid.UUID]] = {}
    for link in links:
        by_kind.setdefault(link.kind, []).append(link.record_id)
    things: dict[tuple[str, uuid.UUID], Any] = {}
    for kind, ids in by_kind.items():
        if kind in PAGES:
            model = _model(kind)
            things |= {(kind, one.id): one for one in session.scalars(select(model).where(model.id.in_(ids)))}
    return [Linked(link, _page(who, link, things.get((link.kind, link.record_id)))) for link in links]


def _page(who: Visitor, link: StepLink, thing: Any) -> str | None:
    if thing is None or not readable(who, thing):
        return None
    return url_for(PAGES[link.kind], identity=link.record_id)
