"""The journal's doors."""

import datetime as dt
from typing import Any

from flask import render_template, request
from sqlalchemy import and_, or_, select

from exports.sentences import sentences
from governance.database import session
from governance.doors import requires
from governance.journal.blueprint import blueprint
from governance.lists import paged
from governance.terms import terms
from governance.visitor import Visitor, visitor
from models.journal import GROUP_CHAIN, Entry, Verb
from models.permissions import Permission


@blueprint.get("/journal/")
@requires(Permission.JOURNAL_READ)
def index() -> str:
    """The entries of where she works, latest first, filtered by person, verb and day."""
    page = paged(_listed(visitor(), request.args), {"quand": Entry.at}, "-quand", _details)
    return render_template("journal/index.html", page=page, verbs=Verb)


def _listed(who: Visitor, args: Any) -> Any:
    query: Any = select(Entry.chain, Entry.seq).where(_chains(who))
    if typed := args.get("q", "").strip():
        query = query.where(or_(Entry.actor_name.icontains(typed[:100]), Entry.subject_title.icontains(typed[:100])))
    if args.get("verbe") in Verb.__members__.values():
        query = query.where(Entry.verb == Verb(args["verbe"]))
    day = _day(args.get("jour", ""))
    if day:
        query = query.where(Entry.at >= day, Entry.at < day + dt.timedelta(days=1))
    return query


def _day(typed: str) -> dt.datetime | None:
    try:
        return dt.datetime.combine(dt.date.fromisoformat(typed), dt.time.min, dt.UTC)
    except ValueError:
        return None


def _details(keys: list[tuple[str, int]]) -> dict[Any, Any]:
    known = terms()
    wanted = or_(*(and_(Entry.chain == chain, Entry.seq == seq) for chain, seq in keys))
    entries = session.scalars(select(Entry).where(wanted))
    return {(entry.chain, entry.seq): (entry, sentences(entry.changes, entry.subject_type, known)) for entry in entries}


def _chains(who: Visitor) -> Any:
    """The chains of the establishments whose journal is hers to read; the group's own for those who read all of it."""
    places = [who.establishment] if who.establishment else who.establishments
    mine = [str(place.id) for place in places if place in who.places(Permission.JOURNAL_READ)]
    whole = who.establishment is None and who.reads_everywhere(Permission.JOURNAL_READ)
    return Entry.chain.in_([*mine, GROUP_CHAIN] if whole else mine)
