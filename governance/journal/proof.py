"""What proves the journal: its last checkpoints, to keep elsewhere, and its verification at once."""

from flask import Response, render_template
from sqlalchemy import func, select

from governance import checkpoints, signing, verification
from governance.database import reading, session
from governance.doors import requires
from governance.journal.blueprint import blueprint
from governance.visitor import Visitor, visitor
from models.establishments import Establishment
from models.journal import GROUP_CHAIN, Entry
from models.permissions import Permission
from models.proof import Checkpoint
from models.vocabulary import N_

AT_ONCE = 50_000
"""How many entries are verified while somebody waits; beyond, the night and the command do it."""


def chains(who: Visitor) -> list[str]:
    """The chains of the establishments whose journal is hers to read; the group's own for those who read all of it."""
    places = [who.establishment] if who.establishment else who.establishments
    mine = [str(place.id) for place in places if place in who.places(Permission.JOURNAL_READ)]
    whole = who.establishment is None and who.reads_everywhere(Permission.JOURNAL_READ)
    return [*mine, GROUP_CHAIN] if whole else mine


def last_checkpoints(who: Visitor) -> list[Checkpoint]:
    """The furthest checkpoint of each chain that is hers to read."""
    return list(session.scalars(Checkpoint.furthest(chains(who))))


@blueprint.get("/journal/verification")
@requires(Permission.JOURNAL_READ)
def verify() -> str:
    """Whether the chains that are hers to read hold, verified now when they are not too long for that."""
    mine = chains(visitor())
    count = session.scalar(select(func.count()).where(Entry.chain.in_(mine))) or 0
    report = None
    if count <= AT_ONCE:
        keys = signing.trusted_keys()
        with reading() as opened:
            report = verification.verify(opened.connection(), keys, only=mine)
    names = {str(place.id): place.name for place in session.scalars(select(Establishment))} | {
        GROUP_CHAIN: N_("Groupe")
    }
    return render_template("journal/verify.html", report=report, count=count, names=names)


@blueprint.get("/journal/jalons")
@requires(Permission.JOURNAL_READ)
def download_checkpoints() -> Response:
    """The last checkpoints of the chains that are hers to read, to keep outside the server."""
    data = checkpoints.lines(last_checkpoints(visitor()))
    held = {"Content-Disposition": 'attachment; filename="jalons.jsonl"'}
    return Response(data, mimetype="application/jsonl", headers=held)
