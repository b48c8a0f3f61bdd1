"""The life of the fictional records, told in the order of days: each event is a step of the person who acts."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import day_of
from models.journal import Verb, tell
from models.register.activity import Activity
from models.register.portable import activity_from
from models.register.processor import Processor
from seed.demo import records
from seed.demo.content import read
from seed.demo.group import KEEPERS, Scene
from seed.demo.records import Entry
from seed.demo.steps import Step


class Story:
    """The entries of register.yaml on a scene. `contents`: the typical processings of the catalogue, by code."""

    def __init__(self, scene: Scene, contents: dict[str, Any]) -> None:
        self.scene, self.contents = scene, contents
        self.entries: list[Entry] = read("register", scene.today)
        self.usual: Entry = read("usual", scene.today)
        self.activities: dict[int, Activity] = {}
        self._numbers: dict[tuple[str, int], Iterator[int]] = defaultdict(lambda: count(1))

    def steps(self) -> Iterator[Step]:
        """Every event of every record, the oldest first."""
        events = [
            (index, event)
            for index, entry in enumerate(self.entries)
            for event in ({"act": "create", "day": entry["day"]}, *entry.get("life", ()))
        ]
        for index, event in sorted(events, key=lambda found: int(found[1]["day"])):
            login = event.get("by", KEEPERS[self.entries[index]["establishment"]])
            yield Step(self.scene.actors[login], partial(self._play, index, event, self.scene.people[login].name))

    def _play(self, index: int, event: Entry, by: str, session: Session) -> None:
        at = self.scene.day(event["day"])
        if event["act"] == "create":
            self.activities[index] = self._create(session, self.entries[index], by, at)
        else:
            getattr(self, f"_{event['act']}")(session, self.activities[index], event, by, at)

    def _create(self, session: Session, entry: Entry, by: str, at: dt.datetime) -> Activity:
        code = entry["establishment"]
        record = records.plain_record(entry, self.contents, self.usual)
        record["fields"] |= {
            "reference": f"T-{at.year}-{next(self._numbers[code, at.year]):03d}",
            "opened_on": day_of(at).isoformat(),
        }
        activity = activity_from(record, self.scene.places[code], *self._known(session, code), by, at)
        activity.created_at = at
        session.add(activity)
        return activity

    def _change(self, session: Session, activity: Activity, event: Entry, by: str, at: dt.datetime) -> None:
        records.change(activity, event, *self._known(session, activity.establishment.code))
        activity.touch(by, at)

    def _confirm_retentions(self, _: Session, activity: Activity, event: Entry, by: str, at: dt.datetime) -> None:
        for row in activity.retentions:
            if row.is_to_verify:
                row.confirm(by, at)

    def _qualify(self, session: Session, activity: Activity, event: Entry, by: str, at: dt.datetime) -> None:
        records.qualify(session, activity)

    def _validate(self, session: Session, activity: Activity, event: Entry, by: str, at: dt.datetime) -> None:
        review_on = self.scene.date(event["review"])
        records.validate(session, activity, by, at, review_on, event["note"])

    def _ask(self, session: Session, activity: Activity, event: Entry, by: str, at: dt.datetime) -> None:
        activity.confirmation_asked_at = at
        tell(session, Verb.CONFIRMATION_ASKED, activity)

    def _confirm(self, session: Session, activity: Activity, event: Entry, by: str, at: dt.datetime) -> None:
        activity.confirm(by, at)
        tell(session, Verb.CONFIRMED, activity)

    def _archive(self, session: Session, activity: Activity, event: Entry, by: str, at: dt.datetime) -> None:
        activity.archive(day_of(at), event["reason"])

    def _known(self, session: Session, code: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The departments and the processors of an establishment, by name."""
        processors = session.scalars(select(Processor).where(Processor.establishment == self.scene.places[code]))
        return self.scene.departments(code), {processor.name: processor for processor in processors}
