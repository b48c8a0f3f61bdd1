"""The doors of one's own due dates: the list, and when and of what Vigie writes."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.forms import apply
from governance.reminders.blueprint import blueprint
from governance.reminders.digest import grouped
from governance.reminders.forms import ReminderForm
from governance.reminders.lines import Line, own
from governance.visitor import visitor
from models.accounts import User
from models.base import today
from models.permissions import Permission
from models.reminders import Frequency, ReminderChoice, Subject

MOST = 200
"""How many things of a group the page shows."""

Page = str | tuple[str, int] | Response


@blueprint.get("/mes-echeances")
@requires(Permission.ACCOUNT_OWN)
def index() -> str:
    """What is hers to do by a day, in every room."""
    groups = grouped(own_lines())
    return render_template("reminders/index.html", groups=groups, most=MOST)


def own_lines(ahead: int | None = None) -> list[Line]:
    """What concerns the visitor today; `ahead`: how many days to look ahead."""
    user_id = visitor().user_id
    return own(today(), user_id, ahead) if user_id else []


@blueprint.route("/mes-echeances/rappels", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN)
def choose() -> Page:
    """When and of what Vigie writes to her."""
    me = session.get_one(User, visitor().user_id)
    choice = _choice(me)
    form = ReminderForm(data=_shown(choice))
    if not form.sent() or not apply(form, lambda: _keep(choice, form)):
        page = render_template("reminders/choose.html", form=form, me=me, subjects=Subject)
        return page, (422 if form.is_submitted() else 200)
    session.add(choice)
    flash(_("Vos rappels sont réglés."), "success")
    return redirect(url_for("reminders.choose"), 303)


def _choice(me: User) -> ReminderChoice:
    found = session.scalars(select(ReminderChoice).where(ReminderChoice.user_id == me.id)).one_or_none()
    return found or ReminderChoice.usual(me.id)


def _shown(choice: ReminderChoice) -> dict[str, object]:
    told = [one.value for one in Subject if one.value not in (choice.muted or ())]
    return {"frequency": choice.frequency.value, "weekday": choice.weekday, "told": told}


def _keep(choice: ReminderChoice, form: ReminderForm) -> None:
    muted = [one.value for one in Subject if one.value not in (form.told.data or ())]
    choice.choose(Frequency(form.frequency.data), form.weekday.data, muted)
