"""The journal's doors."""

import datetime as dt
from typing import Any

from flask import render_template, request
from sqlalchemy import and_, or_, select

from exports.sentences import sentences
from governance.database import session
from governance.doors import requires
from governance.journal.blueprint import blueprint
from governance.journal.proof import chains, last_checkpoints
from governance.lists import paged
from governance.terms import terms
from governance.visitor import Visitor, visitor
from models.journal import Entry, Verb
from models.permissions import Permission


@blueprint.get("/journal/")
@requires(Permission.JOURNAL_READ)
def index() -> str:
    """The entries of where she works, latest first, filtered by person, verb and day."""
    page = paged(_listed(visitor(), request.args), {"quand": Entry.at}, "-quand", _details)
    return render_template("journal/index.html", page=page, verbs=Verb, checkpoints=last_checkpoints(visitor()))


def _listed(who: Visitor, args: Any) -> Any:
    query: Any = select(Entry.chain, Entry.seq).where(Entry.chain.in_(chains(who)))
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
