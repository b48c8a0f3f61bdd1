"""A list that leaves the house as a workbook, as it was filtered: sent, and told to the journal of who it tells of."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import IO, Any

from flask import send_file
from sqlalchemy import select
from werkzeug.wrappers import Response

from exports.listings import Listing
from governance.database import session
from governance.media import MIMETYPES
from governance.terms import terms
from governance.visitor import visitor
from models.base import now, today
from models.establishments import Establishment, Group
from models.journal import Verb, tell
from models.wording import of


def sent(listing: Listing, records: Sequence[Any], told: str, name: str) -> Response:
    """A list as a workbook. `told`: what left, for the journal (« les dérogations »); `name`: of the file."""
    content = listing.workbook(records, visitor().name, now(), terms())
    return taken(content, [one.establishment_id for one in records], told, name)


def taken(content: IO[bytes], places: Sequence[Any], told: str, name: str) -> Response:
    """A workbook that tells of records, each of the establishment that stands in `places` (None: the whole group)."""
    digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    content.seek(0)
    for place, rows in Counter(places).items():
        home = session.get_one(Establishment, place) if place else session.scalars(select(Group)).one()
        title = f"{told} {of(home.name)}"
        tell(session(), Verb.EXPORTED, home, title, format="xlsx", rows=rows, digest=digest, public=False)
    return send_file(content, MIMETYPES["xlsx"], as_attachment=True, download_name=f"{name}-{today():%Y-%m-%d}.xlsx")
