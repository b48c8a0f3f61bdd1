"""A notice of 300 activities as a PDF against Typst alone on the same source, and its page against a bare page."""

import datetime as dt
import json
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import typst
from flask import Flask
from sqlalchemy import select, update

from exports.notices import sheets
from governance.database import session, transaction
from governance.notices import making
from models.base import now, today
from models.notices.notice import PatientNotice
from models.notices.words import Audience, NoticeStatus, Support
from models.register.activity import Activity
from models.register.words import Kind, Status
from tests.bench.grounds import HERE, ROOT, Ground, application, filled, hospital
from tests.bench.load import requests_per_second
from tests.bench.measure import Figure, in_turn, middle, ratio, took
from tests.bench.serving import served

ACTIVITIES = 300
ROUNDS, SECONDS = 3, 2.0
PDF_GOAL, PAGE_GOAL = 3, 0.5
SLUG = "chb-vos-donnees"


def run(grounds: list[Ground], folder: Path) -> list[Figure]:
    """Both on each database."""
    return [figure for ground in grounds for figure in _on(ground, folder)]


def _on(ground: Ground, folder: Path) -> list[Figure]:
    with filled(ground, folder, ACTIVITIES) as much:
        with application(much, folder) as app:
            notice = _publish(app)
            source = folder / "notice.json"
            source.write_text(json.dumps(_source(app, notice)), encoding="utf-8")
        made = in_turn(
            ROUNDS,
            lambda: _in_child("typst", source),
            lambda: _in_child("pdf", much.kind, much.url, folder, notice),
        )
        with served("wsgi:app", much, folder) as ours, served("tests.bench.bare:app", much, folder) as bare:
            asked = in_turn(
                ROUNDS,
                lambda: requests_per_second(bare, "/", "", SECONDS),
                lambda: requests_per_second(ours, f"/information/lire/{SLUG}", "", SECONDS),
            )[1:]
    seconds = f"{middle(made, 1):.2f} s against {middle(made, 0):.2f} s"
    answered = f"{middle(asked, 1):.0f} against {middle(asked, 0):.0f} requests a second"
    return [
        Figure(f"notice of {ACTIVITIES} activities, pdf", ground.kind, ratio(made, 1, 0), PDF_GOAL, note=seconds),
        Figure("notice, requests a second", ground.kind, ratio(asked, 1, 0), PAGE_GOAL, at_least=True, note=answered),
    ]


def _publish(app: Flask) -> Any:
    """A notice that tells of every activity of the hospital, published; gives its identity."""
    with app.test_request_context(), transaction(HERE) as opened:
        place = hospital()
        values = {"status": Status.VALIDATED, "validated_version": 1, "kind": Kind.CONTROLLER}
        opened.execute(update(Activity).values(**values), execution_options={"told": True})
        notice = PatientNotice(
            establishment_id=place.id,
            title="Vos données",
            slug=SLUG,
            audience=Audience.ADULT,
            status=NoticeStatus.DRAFT,
        )
        notice.pick(opened.scalars(select(Activity).where(Activity.establishment_id == place.id)))
        notice.touch("Banc", now())
        opened.add(notice)
        opened.flush()
        version = notice.publish(making.freeze(making.make(notice)), "Banc", now(), None)
        opened.add(version)
        opened.flush()
        version.tell_published(session())
        return notice.id


def _content(app: Flask, identity: Any) -> Any:
    with app.test_request_context():
        notice = session.scalars(PatientNotice.whole().where(PatientNotice.id == identity)).one()
        return making.make(notice).content


def _source(app: Flask, identity: Any) -> dict[str, str]:
    """What Typst is given: the same as when the hospital asks for its document."""
    content = _content(app, identity)
    data = sheets.note_data(content) | {"paper": "a4", "foot": ""}
    return {"qr": sheets.qr(content["address"]), "data": json.dumps(data, ensure_ascii=False)}


def _in_child(*words: Any) -> float:
    """Seconds of one work, in a fresh process: Typst remembers what it laid out before."""
    command = [sys.executable, "-m", "tests.bench.informing", *map(str, words)]
    answer = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return float(answer.stdout.splitlines()[-1])


def _pdf(kind: str, url: str, folder: str, identity: str) -> float:
    """All that the hospital waits for: the register read, the text made, the document laid out.

    The process has shown the text before, as one that serves has: what it reads once at its start is not counted.
    """
    with application(Ground(kind, url), Path(folder)) as app:
        _content(app, uuid.UUID(identity))
        return took(lambda: sheets.pdf_of(_content(app, uuid.UUID(identity)), "", Support.NOTE, "a4", _at()))


def _typst_alone(source: str) -> float:
    inputs = json.loads(Path(source).read_text(encoding="utf-8"))
    return took(
        lambda: typst.compile(
            sheets.NOTE,
            root=sheets.NOTE.parent,
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=["ua-1"],
            sys_inputs=inputs,
            timestamp=_at(),
        )
    )


def _at() -> dt.datetime:
    return dt.datetime.combine(today(), dt.time(), dt.UTC)


if __name__ == "__main__":
    what, *words = sys.argv[1:]
    print(_pdf(*words) if what == "pdf" else _typst_alone(*words))
