"""Makes the text of a notice from what is in the database: the register, the contacts, what was typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from exports.notices import sheets
from governance.config import Settings
from governance.database import session
from governance.terms import terms
from models.base import today
from models.notices.composing import compose
from models.notices.content import Content, content_of, length
from models.notices.missing import Missing, missing
from models.notices.notice import Frozen, NoticeVersion, PatientNotice
from models.notices.order import Contacts, Order
from models.notices.page import fragment
from models.register.activity import Activity
from models.register.parts import Recipient
from seed.notices import lexicon, model

TOLD = ("actors", "purposes", "data_items", "retentions", "transfers", "security_measures")
"""The collections of a record of which a notice tells, beside its recipients."""


@dataclass(frozen=True)
class Made:
    """The text to come of a notice, and what lacks before it may be published."""

    content: Content
    missing: Sequence[Missing]


def public_address(slug: str) -> str:
    """Where everybody reads a notice."""
    settings: Settings = current_app.extensions["settings"]
    return settings.address + url_for("notices.read", slug=slug)


def make(notice: PatientNotice) -> Made:
    """The text that a notice would have today. A constant number of queries."""
    activities = _activities(notice)
    words = lexicon(notice.audience, dict(terms().choices("countries")))
    order = Order(
        title=notice.title,
        activities=activities,
        lexicon=words,
        contacts=Contacts.of(notice.establishment, today()),
        values=notice.values(),
        address=public_address(notice.slug),
        number=notice.next_number,
        on=today(),
        history=[f"version {one.number} du {one.published_at:%d/%m/%Y}" for one in versions(notice)],
    )
    text = compose(order)
    return Made(content_of(order, text), missing(activities, words, text.lacking))


@dataclass(frozen=True)
class Length:
    """How long a layer is against what the model advises. `kind`: "words" of the poster, or "pages" of the note."""

    kind: str
    measured: int
    most: int

    @property
    def is_over(self) -> bool:
        return self.measured > self.most


def lengths(content: Content) -> tuple[Length, Length]:
    """How long the poster and the note are: beyond what the model advises, nobody reads them to the end."""
    layers = {row["code"]: row for row in model()["layers"]}
    return (
        Length("words", length(content), layers["layer_1_poster"]["max_words"]),
        Length("pages", sheets.pages(content), layers["layer_2_note"]["max_pages"]),
    )


def _activities(notice: PatientNotice) -> list[Activity]:
    """The activities picked with what a notice tells of them, in their order."""
    places = {pick.activity_id: pick.position for pick in notice.picks}
    if not places:
        return []
    told = (_parts(getattr(Activity, name)) for name in TOLD)
    whole = select(Activity).options(*told, selectinload(Activity.recipients).joinedload(Recipient.processor))
    found = session.scalars(whole.where(Activity.id.in_(places)))
    return sorted(found, key=lambda one: places[one.id])


def _parts(collection: Any) -> Any:
    """A collection of the activities, without when each row came: there may be thousands."""
    return selectinload(collection).defer(collection.property.mapper.class_.created_at)


def versions(notice: PatientNotice) -> list[NoticeVersion]:
    """The versions of a notice, latest first, without their texts."""
    return list(session.scalars(NoticeVersion.of(notice)))


def freeze(made: Made) -> Frozen:
    """What the version to come keeps."""
    return Frozen(made.content, fragment(made.content), made.content["contacts"])


def published(notice: PatientNotice) -> NoticeVersion | None:
    """The version in force of a notice, if it was ever published."""
    query = NoticeVersion.of(notice).where(NoticeVersion.number == (notice.published_number or 0))
    return session.scalars(query).one_or_none()
