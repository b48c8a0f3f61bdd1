"""What everybody reads without an account: the page of a notice in force, and nothing else."""

import re

from flask import abort, render_template
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import undefer

from governance.database import session
from governance.doors import public
from governance.notices.blueprint import blueprint
from models.notices.notice import NoticeVersion, PatientNotice
from models.notices.standing import in_force
from models.notices.words import NoticeStatus
from models.wording import sha256

HEADING = re.compile(rb"<h1[^>]*>(.*?)</h1>", re.DOTALL)


@blueprint.get("/lire/<string(maxlength=200):slug>")
@public
def read(slug: str) -> str:
    """The page of a published notice, exactly as it was frozen; 404 for all else, also when a byte of it changed."""
    query = (
        select(NoticeVersion)
        .join(PatientNotice, in_force())
        .where(PatientNotice.slug == slug, PatientNotice.status == NoticeStatus.PUBLISHED)
        .options(undefer(NoticeVersion.body))
    )
    version = session.scalars(query).one_or_none() or abort(404)
    if sha256(version.body) != version.sha256:
        abort(404)
    text = Markup(version.body.decode())  # noqa: S704 -- made by exports, each text escaped; its digest was just verified
    heading = HEADING.search(version.body)
    title = Markup(heading[1].decode()).striptags() if heading else version.title  # noqa: S704 -- likewise
    return render_template("notices/read.html", title=title, text=text, others=_others(version))


def _others(version: NoticeVersion) -> list[PatientNotice]:
    """The other notices of the same hospital that everybody may read: the easy one, the one for the young."""
    query = select(PatientNotice).where(
        PatientNotice.establishment_id == version.establishment_id,
        PatientNotice.status == NoticeStatus.PUBLISHED,
        PatientNotice.id != version.notice_id,
    )
    return list(session.scalars(query.order_by(PatientNotice.audience, PatientNotice.title).limit(12)))
