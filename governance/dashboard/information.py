"""The figures of the information of patients: notices to revise, tools to check, requests to answer."""

import datetime as dt
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select

from governance.dashboard.queries import Figure
from governance.database import session
from governance.visitor import Visitor
from models.notices import standing
from models.notices.notice import PatientNotice
from models.notices.tool import InformationTool
from models.notices.words import NoticeStatus
from models.permissions import Permission
from models.register.activity import Activity
from models.rights import DataSubjectRequest
from seed.notices import for_patients

READ = Permission.NOTICES_READ


def information(who: Visitor, today: dt.date) -> list[Figure]:
    """What awaits those who prepare the information of patients; nothing for others. At most three queries."""
    if not who.may(Permission.NOTICES_EDIT):
        return []
    notices = who.sees(PatientNotice, READ)
    tools, requests = who.sees(InformationTool, READ), who.sees(DataSubjectRequest, Permission.RIGHTS_READ)
    patients = standing.for_patients(for_patients()), ~standing.covered()
    asked = (
        ("uncovered", _count(Activity, who.sees(Activity, Permission.REGISTER_READ), *patients)),
        ("late", _count(InformationTool, tools, InformationTool.late(today))),
        ("unvalidated", _count(InformationTool, tools, InformationTool.unvalidated())),
        ("open", _count(DataSubjectRequest, requests, DataSubjectRequest.answered_on.is_(None))),
        ("published", _count(PatientNotice, notices, PatientNotice.status == NoticeStatus.PUBLISHED)),
        ("overdue", _count(DataSubjectRequest, requests, DataSubjectRequest.late(today))),
    )
    row = session.execute(select(*(counted.label(key) for key, counted in asked))).one()
    stale = standing.revised(session(), notices, today) if row.published else []
    return [
        Figure(len(stale), _("Notices à réviser"), url_for("notices.index", montrer="a-reviser"), "alert"),
        Figure(row.uncovered, _("Traitements sans notice"), url_for("notices.coverage"), "warn"),
        Figure(row.late, _("Supports à vérifier"), url_for("notices.tools", montrer="a-verifier"), "warn"),
        Figure(row.unvalidated, _("Supports à faire valider"), url_for("notices.tools", montrer="a-valider"), "info"),
        Figure(row.open, _("Demandes sans réponse"), url_for("notices.requests", montrer="en-cours"), "info"),
        Figure(row.overdue, _("Demandes en retard"), url_for("notices.requests", montrer="en-retard"), "alert"),
    ]


def _count(model: Any, *rules: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(model).where(*rules).scalar_subquery()
