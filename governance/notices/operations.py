"""The verbs of notices that touch several records: begin one, change its choice, publish, confirm."""

import uuid

from sqlalchemy import select

from governance.database import session
from governance.notices import queries
from governance.notices.forms import NewForm, NoticeFormBase
from governance.notices.making import Made, freeze
from governance.visitor import Visitor
from models.base import now
from models.establishments import Establishment
from models.journal import Verb, tell
from models.notices.missing import Missing
from models.notices.notice import NoticeSource, NoticeVersion, PatientNotice, slug_of
from models.notices.words import Audience, NoticeStatus
from models.register.activity import Activity
from models.register.words import Status
from models.rules import RuleBroken
from models.vocabulary import N_


def begin(who: Visitor, place_id: uuid.UUID, form: NewForm) -> PatientNotice:
    """A notice in preparation, in the session. Raises RuleBroken on its choice of activities."""
    place = session.get_one(Establishment, place_id)
    notice = PatientNotice(
        establishment_id=place.id,
        title=form.title.data,
        slug=_free(slug_of(place, str(form.title.data))),
        audience=form.audience.data or Audience.ADULT,
        status=NoticeStatus.DRAFT,
    )
    with session.no_autoflush:
        notice.pick(chosen(form.activities.identities(), place_id))
    notice.touch(who.name, now())
    session.add(notice)
    session.flush()
    return notice


def _free(slug: str) -> str:
    wanted, number = slug, 1
    while queries.is_taken(wanted):
        number += 1
        wanted = f"{slug}-{number}"
    return wanted


def chosen(identities: list[uuid.UUID], place_id: uuid.UUID) -> list[Activity]:
    """The activities of these identities in an establishment, by reference. Raises RuleBroken when one is not there."""
    query = select(Activity).where(Activity.id.in_(identities), Activity.establishment_id == place_id)
    found = list(session.scalars(query.order_by(Activity.reference))) if identities else []
    if len(found) != len(identities):
        raise RuleBroken("activities", N_("Choisissez des traitements de cet établissement."))
    return found


def fill(who: Visitor, notice: PatientNotice, form: NoticeFormBase) -> None:
    """Lay what was typed on a notice. Raises RuleBroken on its choice of activities."""
    notice.title, notice.notes = str(form.title.data), form.notes.data
    notice.pick(chosen(form.activities.identities(), notice.establishment_id))
    notice.fill(form.typed())
    notice.touch(who.name, now())


class Incomplete(RuleBroken):
    """The register lacks something; `missing` says what, one by one."""

    def __init__(self, missing: list[Missing]) -> None:
        super().__init__("", N_("La notice ne peut pas être publiée : complétez ce qui manque ci-dessous."))
        self.missing = missing


def publish(who: Visitor, notice: PatientNotice, made: Made, note: str | None) -> NoticeVersion:
    """Freeze the next version. Raises Incomplete, or RuleBroken on what does not hold."""
    if made.missing:
        raise Incomplete(list(made.missing))
    version = notice.publish(freeze(made), who.name, now(), note)
    notice.touch(who.name, now())
    session.add(version)
    session.flush()
    version.tell_published(session())
    return version


def confirm(notice: PatientNotice, version: NoticeVersion, made: Made, sources: list[NoticeSource]) -> None:
    """Say that the records changed and that the text still holds: it is no longer to be revised."""
    if any(one.activity.status is not Status.VALIDATED for one in sources):
        raise RuleBroken("", N_("Une fiche est encore en cours de modification : validez-la d’abord."))
    for one in sources:
        one.seen = one.activity.validated_version or 0
    notice.published_contacts = made.content["contacts"]
    tell(session(), Verb.CONFIRMED, notice)
