"""The charters of the demonstration, told in the order of days: each event is a step of the person who acts."""

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from models.base import day_of
from models.charters.charter import Charter, Release
from models.charters.consultation import Consultation
from models.charters.exact import frozen
from models.charters.parts import CharterSection
from models.charters.verification import Verification
from models.charters.words import CharterKind, CharterStatus, Finding, Frequency, LegalStatus, SectionKind
from models.consulting import GovernanceBody, Opinion
from seed.charters import fill_from_model, give_sentences, model, sync_blanks
from seed.demo.content import read
from seed.demo.group import Scene
from seed.demo.steps import Step

Row = dict[str, Any]


class CharterStory:
    """The entries of charters.yaml on a scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.told = scene, read("charters", scene.today)
        self.common = Charter()

    def steps(self) -> Iterator[Step]:
        """Every event, the oldest first."""
        group = self.told["group"]
        events = [(group["begun"], group["by"], partial(self._begin_common, group))]
        events += [(row["day"], row["by"], partial(self._consult, row)) for row in group["consultations"]]
        events += [(row["day"], group["by"], partial(self._release, row)) for row in group["releases"]]
        events += [(group["changes"]["day"], group["by"], partial(self._change, group["changes"]))]
        events += [(row["begun"], row["by"], partial(self._draft, row)) for row in self.told["drafts"]]
        events += [(row["day"], row["by"], partial(self._verify, row)) for row in self.told["verifications"]]
        for day, login, act in sorted(events, key=lambda event: int(event[0])):
            yield Step(self.scene.actors[login], partial(act, self.scene.day(day), self.scene.people[login].name))

    def _begin_common(self, group: Row, at: dt.datetime, by: str, session: Session) -> None:
        charter = self.common = Charter(
            title=group["title"], kind=CharterKind.USE, status=CharterStatus.DRAFT, legal_status=LegalStatus.PUBLIC,
            language="fr", owner=group["owner"], internal_rules=group["internal_rules"], created_at=at,
            review_on=self.scene.date(group["review"]),
        )  # fmt: skip
        fill_from_model(charter, group["blanks"])
        for blank in charter.blanks:
            blank.value = blank.value or blank.example
        for choice in charter.choices:
            choice.chosen = group["choices"].get(choice.code, choice.chosen)
        charter.touch(by, at)
        session.add(charter)

    def _consult(self, row: Row, at: dt.datetime, by: str, session: Session) -> None:
        session.add(
            Consultation(
                charter_id=self.common.id,
                number=row["number"],
                body=GovernanceBody(row["body"]),
                body_name=row.get("body_name", ""),
                held_on=day_of(at),
                opinion=Opinion(row["opinion"]),
                votes=row.get("votes"),
                minutes=row.get("minutes"),
                notes=row.get("notes"),
                recorded_by=by,
                created_at=at,
            )
        )

    def _release(self, row: Row, at: dt.datetime, by: str, session: Session) -> None:
        decision = Release(
            by=by, at=at, on=day_of(at), is_major=row["major"], effective_on=self.scene.date(row["effective"]),
            accept_before=self.scene.date(row["accept_before"]) if row["major"] else None, note=row["note"],
            unconsulted_reason=None,
        )  # fmt: skip
        charter = session.get_one(Charter, self.common.id)
        version = charter.publish(frozen(charter, decision), decision, consulted=True)
        session.add(version)
        session.flush()
        version.tell_published(session)

    def _change(self, row: Row, at: dt.datetime, by: str, session: Session) -> None:
        charter = session.get_one(Charter, self.common.id)
        for blank in charter.blanks:
            blank.value = row["blanks"].get(blank.name, blank.value)
        for section in charter.sections:
            if section.code == row["article"]:
                section.text += "\n" + row["line"]
        charter.touch(by, at)

    def _draft(self, row: Row, at: dt.datetime, by: str, session: Session) -> None:
        charter = Charter(
            establishment=self.scene.places[row["establishment"]], title=row["title"], kind=CharterKind(row["kind"]),
            status=CharterStatus.DRAFT, legal_status=LegalStatus.PUBLIC, language="fr", owner=row.get("owner"),
            populations=row["populations"] or None, created_at=at,
        )  # fmt: skip
        charter.sections = [
            CharterSection(position=place, kind=SectionKind(one["kind"]), title=one.get("title"), text=one["text"])
            for place, one in enumerate(row["sections"])
        ]
        give_sentences(charter)
        sync_blanks(charter, row["blanks"])
        charter.touch(by, at)
        if "archived" in row:
            charter.archive(self.scene.date(row["archived"]["day"]), row["archived"]["reason"])
        session.add(charter)

    def _verify(self, row: Row, at: dt.datetime, by: str, session: Session) -> None:
        advised = next(one for one in model()["checks"] if one["id"] == row["code"])
        done = Verification(
            establishment_id=self.scene.places[row["establishment"]].id, charter_id=self.common.id, code=row["code"],
            title=advised["title"], scope=advised["sample"], method=advised["method"], checked_on=day_of(at),
            checked_by=by, sample=row["sample"], found=row["found"], finding=Finding(row["finding"]),
            observations=row.get("observations"), follow_up=row.get("follow_up"),
            frequency=Frequency(advised["frequency"]), next_on=self.scene.date(row["next"]), created_at=at,
        )  # fmt: skip
        done.check(self.scene.today)
        session.add(done)
