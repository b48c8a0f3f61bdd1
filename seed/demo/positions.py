"""The positions of the demonstration: descriptions frozen or in preparation, nominations, posts to fill."""

import datetime as dt
import uuid
from collections.abc import Iterator
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import day_of
from models.journal import Verb, tell
from models.people import Person
from models.positions.candidate import Candidate, Interview
from models.positions.conflict import ConflictReview
from models.positions.description import JobDescription, JobPlace
from models.positions.filling import Filling, FillingMember, FillingOption, JobNotice, Offer
from models.positions.nomination import Nomination
from models.positions.words import CandidateState, Employment, FillingState, JobKind, Outcome, Way
from models.versions import publish
from seed.demo.content import read
from seed.demo.group import Scene
from seed.demo.steps import Step
from seed.positions import description_from, interview_grid, model, weights_of

Row = dict[str, Any]


class PositionStory:
    """The entries of positions.yaml on a scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.told = scene, read("positions", scene.today)
        self.descriptions: dict[str, uuid.UUID] = {}

    def steps(self) -> Iterator[Step]:
        """Every event, the oldest first."""
        events: list[tuple[int, str, Any]] = []
        for row in self.told["descriptions"]:
            events.append((row["begun"], row["by"], partial(self._describe, row)))
            events += [(one["day"], one["by"], partial(self._validate, row, one)) for one in row["versions"]]
        events += [(row["day"], row["by"], partial(self._nominate, row)) for row in self.told["nominations"]]
        for row in self.told["fillings"]:
            start = max(row["day"], -419 if row["description"] == "dpo" else row["day"])
            events.append((start, row["by"], partial(self._fill, row)))
        for day, login, act in sorted(events, key=lambda event: event[0]):
            yield Step(self.scene.actors[login], partial(act, self.scene.day(day), self.scene.people[login].name))

    # Descriptions

    def _describe(self, row: Row, at: dt.datetime, by: str, session: Session) -> None:
        made = description_from(row["model"])
        made.title, made.created_at = row["title"], at
        made.establishment = session.merge(self.scene.places[row["place"]], load=True)
        made.places = [JobPlace(establishment_id=self.scene.places[code].id) for code in row["covers"]]
        before = row["versions"][-1].get("before", {}) if row["versions"] else {}
        for name, value in (row["facts"] | before).items():
            setattr(made, name, value)
        if "conflict" in row:
            day, made.conflict_note = row["conflict"]
            made.conflict_on = self.scene.date(day)
        made.touch(by, at)
        session.add(made)
        session.flush()
        self.descriptions[row["code"]] = made.id

    def _validate(self, row: Row, version: Row, at: dt.datetime, by: str, session: Session) -> None:
        query = JobDescription.whole().where(JobDescription.id == self.descriptions[row["code"]])
        found = session.scalars(query).one()
        if found.validated_version:
            for name in version["before"]:
                setattr(found, name, row["facts"][name])
            found.touch(by, at)
        found.validate((found.validated_version or 0) + 1, by, day_of(at))
        frozen = publish(session, found, found.state(), by, at, version.get("note"))
        tell(session, Verb.VALIDATED, found, number=frozen.number, digest=frozen.digest)

    # Nominations

    def _nominate(self, row: Row, at: dt.datetime, by: str, session: Session) -> None:
        shared = uuid.uuid5(uuid.NAMESPACE_URL, row["title"]) if len(row["places"]) > 1 else None
        for code, number in row["places"].items():
            made = Nomination(
                establishment_id=self.scene.places[code].id,
                kind=JobKind(row["kind"]),
                title=row["title"],
                person=self._person(session, row["person"]),
                deputy=self._person(session, row["deputy"]) if "deputy" in row else None,
                employment=Employment.SHARED if shared else Employment.INTERNAL,
                sharing_id=shared,
                starts_on=day_of(at),
                ends_on=self.scene.date(row["ends"]) if "ends" in row else None,
                description_id=self.descriptions.get(row.get("description", "")),
                description_version=row.get("version"),
                independent_from_it=row.get("independent"),
                independence_reason=row.get("reason"),
                decided_on=self.scene.date(row["signed"]),
                letter_signed_on=self.scene.date(row["signed"]),
                created_at=at,
                **row["facts"],
                **row["contacts"],
            )
            made.check()
            if number:
                made.designate(number, self.scene.date(row["designated"]), self.scene.today)
            made.reviews = [self._review(row["review"], by)]
            session.add(made)

    def _review(self, row: Row, by: str) -> ConflictReview:
        return ConflictReview(
            functions=row.get("functions", []),
            answers={},
            mitigations=row.get("mitigations", []),
            justification=row.get("text"),
            outcome=Outcome(row["outcome"]),
            examined_by=by,
            examined_on=self.scene.date(row["day"]),
            review_on=self.scene.date(row["next"]),
        )

    def _person(self, session: Session, row: Row) -> Person:
        user, place = self.scene.people[row["login"]], self.scene.places[row["place"]]
        query = select(Person).where(Person.user_id == user.id, Person.establishment_id == place.id)
        return session.scalars(query).one()

    # Posts to fill

    def _fill(self, row: Row, at: dt.datetime, by: str, session: Session) -> None:
        made = Filling(
            establishment_id=self.scene.places[row["place"]].id,
            kind=JobKind(row["kind"]),
            title=row["title"],
            description_id=self.descriptions[row["description"]],
            state=FillingState.OPEN,
            opened_on=day_of(at),
            needed_by=self.scene.date(row["need"]),
            context=row["context"],
            skills_present=row["skills"],
            training_plan=row["training"],
            keep_months=row["keep"],
            apply_to=row.get("apply_to"),
            apply_before=self.scene.date(row["apply_before"]) if "apply_before" in row else None,
            erased_count=0,
            created_at=at,
        )
        made.touch(by, at)
        made.options = list(self._options(row["ratings"]))
        made.members = [FillingMember(user_id=self.scene.people[login].id) for login in row.get("members", ())]
        made.notices = [
            JobNotice(place=one["place"], spread_on=self.scene.date(one["day"]), note=one.get("note"))
            for one in row.get("notices", ())
        ]
        made.offers = [Offer(position=place, **one) for place, one in enumerate(row.get("offers", ()))]
        session.add(made)
        session.flush()
        for number, one in enumerate(row.get("candidates", ()), 1):
            session.add(self._candidate(made, number, one))
        if "decided" in row:
            self._decide(made, row)

    def _options(self, rows: dict[str, Row]) -> Iterator[FillingOption]:
        criteria = model()["ways_to_fill"]["comparison"]["criteria"]
        for way, one in rows.items():
            typical = {criterion["code"]: criterion["typical_rating"][way] for criterion in criteria}
            yield FillingOption(way=Way(way), ratings=typical | one["ratings"], cost=one["cost"], note=one["note"])

    def _candidate(self, filling: Filling, number: int, row: Row) -> Candidate:
        made = Candidate(
            establishment_id=filling.establishment_id,
            filling=filling,
            number=number,
            given_name=row["given"],
            family_name=row["family"],
            email=row["email"],
            internal=row.get("internal", False),
            received_on=self.scene.date(row["day"]),
            state=CandidateState(row["state"]),
        )
        if "scores" in row:
            codes = [one["code"] for one in interview_grid(filling.kind)["questions"]]
            made.interviews = [
                Interview(
                    held_on=self.scene.date(row["day"] + 12),
                    jury="Rose Henry, Rachid Simon, un cadre de santé",
                    scores=dict(zip(codes, row["scores"], strict=False)),
                    opinion=row["opinion"],
                )
            ]
        return made

    def _decide(self, filling: Filling, row: Row) -> None:
        told, weights = row["decided"], weights_of(filling.kind)
        filling.decide(
            Way(told["way"]), told["reason"], None, self.scene.people[told["by"]].name, self.scene.date(told["day"])
        )
        scored = sorted(filling.options, key=lambda one: -one.score(weights))
        filling.scores = ", ".join(f"{one.way.label} {one.score(weights)}" for one in scored)
        filling.erased_count, filling.erased_on = row["erased"], self.scene.date(told["day"] + 190)
