"""A form sent once the session was over: what was typed goes through the sign-in, and is kept nowhere else.

It is given back to the same person alone: only she sends it on, and nothing is done before.
"""

import uuid
from dataclasses import dataclass

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from governance.accounts.resent import PASSWORDS
from governance.doors import local_path
from governance.visitor import ended_session

SEAL = "kept"
PREFIX = "kept-"
"""Before the name of each field on the pages of the sign-in, which have fields of their own."""
SHORTEST_TEXT = 20
"""From how many characters on a value is a text, that one may want to read again."""

Pair = tuple[str, str]


@dataclass(frozen=True)
class Kept:
    """A form given back: where it is sent, and from which establishment (None: all), its fields, and whether a file or
    a password has to be given again."""

    to: str
    establishment_id: uuid.UUID | None
    fields: list[Pair]
    has_more: bool

    @property
    def texts(self) -> list[str]:
        """What was written, for who wants to read or to copy it."""
        return [value for _, value in self.fields if " " in value.strip() or len(value) >= SHORTEST_TEXT]


def arrives() -> bool:
    """Whether a form was just sent to a door by somebody whose session was over (governance/doors.py)."""
    return request.method == "POST" and "keep" in request.args


def carried() -> list[Pair]:
    """The hidden fields that each page of the sign-in writes."""
    if not arrives():
        return [pair for pair in request.form.items(multi=True) if pair[0] == SEAL or pair[0].startswith(PREFIX)]
    ended = ended_session()
    if ended is None:
        return []
    typed = [pair for pair in request.form.items(multi=True) if pair[0] not in PASSWORDS | {"csrf_token"}]
    has_more = not PASSWORDS.isdisjoint(request.form) or any(one.filename for one in request.files.values())
    place = str(ended.establishment_id) if ended.establishment_id else ""
    seal = _sealer().dumps([str(ended.user_id), local_path(request.args["keep"]), place, has_more])
    return [(SEAL, str(seal)), *((PREFIX + name, value) for name, value in typed)]


def given_back(user_id: uuid.UUID) -> Kept | None:
    """What the one who signed in had typed; None when there is nothing, or it was somebody else's."""
    try:
        whose, to, place, has_more = _sealer().loads(request.form.get(SEAL, ""))
    except BadSignature:
        return None
    fields = [(name.removeprefix(PREFIX), value) for name, value in carried() if name.startswith(PREFIX)]
    return Kept(to, uuid.UUID(place) if place else None, fields, has_more) if whose == str(user_id) else None


def _sealer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=__name__)
