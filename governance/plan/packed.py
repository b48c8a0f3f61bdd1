"""What the plan gives to a pack of evidence: what is done and to be done, but for what tells a weakness."""

from collections.abc import Iterator

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from exports import plan as documents
from governance.database import session
from governance.packing import Given, gives
from models.base import now
from models.establishments import Establishment
from models.hopen.pack import Audience
from models.permissions import Permission
from models.plan import Action
from models.vocabulary import N_

TITLE = N_("Plan d’action")


@gives(TITLE, Permission.PLAN_EXPORT, Audience.HOPEN, Audience.CERTIFICATION, Audience.GROUP)
def to_pack(home: Establishment) -> Iterator[Given]:
    """The actions that are not confidential, with their state (HOP’EN P2.4 wants a plan that is followed); of where
    they come from, only the actions of HOP’EN are named."""
    query = select(Action).where(Action.establishment_id == home.id, Action.confidential.is_(False))
    chosen = query.options(joinedload(Action.department)).order_by(Action.due_on.nulls_last(), Action.title)
    plan = documents.Plan(home, session.scalars(chosen).all(), now().replace(microsecond=0), _is_of_hopen)
    for kind, title in (("pdf", _("Plan d’action")), ("xlsx", _("Plan d’action, classeur"))):
        yield Given(f"plan-d-action.{kind}", title, documents.MAKERS[kind](plan))


def _is_of_hopen(action: Action) -> bool:
    return action.origin_needs == Permission.HOPEN_READ
