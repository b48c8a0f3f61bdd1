"""The establishments side by side: each line a question, each figure led to the list that shows the same number."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import url_for
from sqlalchemy import Select, and_, select

from governance.dashboard.questions import BLOCKS, Asked, Block, summed
from governance.database import session
from governance.visitor import Place, Visitor
from models.charters.campaign import Answer, Campaign, CampaignState, Invitation
from models.permissions import Permission
from models.shares import percent
from models.vocabulary import N_

SEVERAL = 2
MOST_CAMPAIGNS = 6
"""How many running campaigns stand on the board: the latest."""


@dataclass(frozen=True)
class Figure:
    """What one establishment, or all of them, answer."""

    met: int
    counted: int | None
    url: str
    tone: str | None

    @property
    def percent(self) -> int | None:
        return percent(self.met, self.counted) if self.counted else None


@dataclass(frozen=True)
class Line:
    """A question with the answer of all the establishments, then of each."""

    asked: Asked
    whole: Figure
    each: Sequence[Figure]


def _charters(who: Visitor) -> tuple[Block, ...]:
    """The campaigns that run, a line each: who of the people concerned confirmed. One query.

    Each leads to the people, or to the same figure by department for who does not follow them by name.
    """
    mine = who.sees(Invitation, Permission.CHARTERS_READ)
    running = select(Campaign.id, Campaign.title).where(
        Campaign.state == CampaignState.RUNNING, Campaign.id.in_(select(Invitation.campaign_id).where(mine))
    )
    found = session.execute(running.order_by(Campaign.starts_on.desc(), Campaign.id).limit(MOST_CAMPAIGNS)).all()

    def counts(who: Visitor, today: dt.date) -> Select[Any]:
        columns = []
        for number, one in enumerate(found):
            concerned = and_(Invitation.campaign_id == one.id, Invitation.counts())
            columns.append(summed(concerned, f"concerned_{number}"))
            columns.append(summed(and_(concerned, Invitation.answer == Answer.ACCEPTED), f"accepted_{number}"))
        return (
            select(Invitation.establishment_id.label("place"), *columns)
            .where(mine, Invitation.campaign_id.in_([one.id for one in found]))
            .group_by(Invitation.establishment_id)
        )

    by_name = who.may(Permission.CHARTERS_FOLLOW)
    endpoint = "charters.campaign_people" if by_name else "charters.campaign"
    shown = {"etat": Answer.ACCEPTED.value} if by_name else {}
    asked = tuple(
        Asked(one.title, endpoint, {"identity": str(one.id), **shown},
              f"accepted_{number}", f"concerned_{number}", at_a_glance=True)
        for number, one in enumerate(found)
    )  # fmt: skip
    return (
        (Block(N_("Qui a pris connaissance de la charte ?"), Permission.CHARTERS_READ, counts, asked),) if found else ()
    )


def at_a_glance(who: Visitor, places: Sequence[Place], today: dt.date) -> list[Line]:
    """P3.4 and the coverage of charters for each establishment, for who sees several."""
    if len(places) < SEVERAL:
        return []
    blocks = (*BLOCKS, *_charters(who))
    chosen = [block for block in blocks if any(one.at_a_glance for one in block.asked)]
    return [line for _title, lines in _answered(chosen, who, places, today) for line in lines if line.asked.at_a_glance]


def at_start(who: Visitor, places: Sequence[Place], today: dt.date) -> dict[str, tuple[str, list[Line]]]:
    """The blocks of the start page by the word of their room; who sees several establishments has the charters in
    `at_a_glance`."""
    alone = _charters(who) if len(places) < SEVERAL and who.may(Permission.CHARTERS_READ) else ()
    blocks = [block for block in (*BLOCKS, *alone) if (block.at_start or block in alone) and who.may(block.needs)]
    return {block.word: found for block, found in zip(blocks, _answered(blocks, who, places, today), strict=True)}


def side_by_side(who: Visitor, places: Sequence[Place], today: dt.date) -> list[tuple[str, list[Line]]]:
    """The lines of each block that she may read; one query per block, however many establishments."""
    return _answered((*BLOCKS, *_charters(who)), who, places, today)


def _answered(
    blocks: Iterable[Block], who: Visitor, places: Sequence[Place], today: dt.date
) -> list[tuple[str, list[Line]]]:
    shown = []
    for block in blocks:
        if who.may(block.needs):
            rows = {row["place"]: row for row in session.execute(block.counts(who, today)).mappings()}
            shown.append((block.title, [_line(one, places, rows) for one in block.asked]))
    return shown


def _line(asked: Asked, places: Sequence[Place], rows: dict[uuid.UUID, Any]) -> Line:
    args: dict[str, Any] = {**asked.args}
    address = url_for(asked.endpoint, **args)
    there = f"{address}{'&' if '?' in address else '?'}etablissement="
    each = [
        _figure(asked, [rows[place.id]] if place.id in rows else [], there + quote(place.code, "")) for place in places
    ]
    return Line(asked, _figure(asked, [rows[place.id] for place in places if place.id in rows], address), each)


def _figure(asked: Asked, rows: Sequence[Any], url: str) -> Figure:
    met = sum(int(row[asked.met] or 0) for row in rows)
    counted = sum(int(row[asked.counted] or 0) for row in rows) if asked.counted else None
    return Figure(met, counted, url, asked.tone if met else None)
