"""The security policy of the demonstration, told in the order of days: each event is a step of the person who acts."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.consulting import GovernanceBody, Opinion
from models.measures import Measure
from models.people import Person
from models.plan import Action
from models.policy.derogation import Decision, Derogation
from models.policy.findings import AuditFinding, PolicyAudit
from models.policy.meeting import PolicyMeeting
from models.policy.observance import Observance, follow
from models.policy.parts import PolicyRule
from models.policy.policy import Approval, Policy, PolicyConsultation
from models.policy.training import Attendance, TrainingSession
from models.policy.words import (
    Advice,
    AuditKind,
    AuditResult,
    DerogationStatus,
    Gravity,
    MeetingKind,
    PolicyStatus,
    RuleStatus,
)
from seed.demo.content import read
from seed.demo.group import Scene
from seed.demo.steps import Step
from seed.policy import agenda_of, audit_of, fill_from_model, module_of

Row = dict[str, Any]


class PolicyStory:
    """The content of policy.yaml on a scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.told = scene, read("policy", scene.today)
        self.by = scene.people[self.told["by"]].name
        self.place = scene.places[self.told["establishment"]]

    def steps(self) -> Iterator[Step]:
        """Every event, the oldest first."""
        told = self.told
        acts: list[tuple[int, Callable[[Session], None]]] = [
            (told["begun"], self._begin),
            (told["published"]["day"], self._publish),
            (told["ratings"]["day"], self._rate),
            (told["draft"]["day"], self._draft),
            *((row["day"], partial(self._consult, row)) for row in told["consultations"]),
            *((min(row["day"], 0), partial(self._meet, row)) for row in told["meetings"]),
            *((row["day"], partial(self._derogate, row, number)) for number, row in enumerate(told["derogations"], 1)),
            *((row.get("day", 0), partial(self._audit, row, number)) for number, row in enumerate(told["audits"], 1)),
            *((row["day"], partial(self._teach, row)) for row in told["sessions"]),
        ]
        for _day, act in sorted(acts, key=lambda one: one[0]):
            yield Step(self.scene.actors[told["by"]], act)

    def _policy(self, session: Session) -> Policy:
        return session.scalars(Policy.whole().where(Policy.establishment_id == self.place.id)).one()

    def _rule(self, session: Session, code: str) -> Observance:
        mine = Observance.establishment_id == self.place.id
        return session.scalars(select(Observance).where(mine, Observance.code == code)).one()

    # The text

    def _begin(self, session: Session) -> None:
        told, at = self.told, self.scene.day(self.told["begun"])
        policy = Policy(
            establishment_id=self.place.id, title=told["title"], status=PolicyStatus.DRAFT, owner=told["owner"],
            created_at=at,
        )  # fmt: skip
        dpo = f"{self.place.dpo_email}, {self.place.dpo_phone}"
        known = {
            "nom_etablissement": self.place.name, "nom_ght": self.place.group.name, "contact_dpo": dpo,
            "lieu": self.place.city, "liste_sites": self.place.name, **told["blanks"],
        }  # fmt: skip
        fill_from_model(policy, known)
        for member in policy.members:
            member.name = told["members"].get(member.function_title)
        policy.touch(self.by, at)
        session.add(policy)

    def _consult(self, row: Row, session: Session) -> None:
        policy = self._policy(session)
        session.add(
            PolicyConsultation(
                policy_id=policy.id, establishment_id=self.place.id, number=1, body=GovernanceBody(row["body"]),
                body_name="", held_on=self.scene.date(row["day"]), opinion=Opinion(row["opinion"]),
                votes=row.get("votes"), minutes=row.get("minutes"), notes=row.get("notes"), recorded_by=self.by,
                created_at=self.scene.day(row["day"]),
            )
        )  # fmt: skip

    def _publish(self, session: Session) -> None:
        row, policy = self.told["published"], self._policy(session)
        for blank in policy.blanks:
            blank.value = blank.value or f"voir l’annuaire de crise ({blank.meaning or blank.name})"
        on = self.scene.date(row["day"])
        approval = Approval(
            by=self.by, at=self.scene.day(row["day"]), on=on, is_major=True, effective_on=on,
            approved_by=row["approved_by"], approved_as=row["approved_as"], approved_on=on, note=row["note"],
            unconsulted_reason=None,
        )  # fmt: skip
        version = policy.publish(approval, consulted=True)
        session.add(version)
        session.flush()
        session.add_all(follow(version, (), on))
        session.flush()
        version.tell_published(session)

    def _draft(self, session: Session) -> None:
        row, policy = self.told["draft"], self._policy(session)
        rule = next(one for one in policy.rules if one.code == row["rule"])
        rule.text = row["text"]
        chapter = next(one for one in policy.chapters if one.code == row["chapter"])
        policy.rules.append(
            PolicyRule(
                section=chapter, code=row["code"], text=row["new"], why=row["why"], owner=rule.owner, scope=rule.scope,
                position=len(policy.rules),
            )
        )  # fmt: skip
        policy.touch(self.by, self.scene.day(row["day"]))

    # Its application

    def _rate(self, session: Session) -> None:
        row = self.told["ratings"]
        on = self.scene.date(row["day"])
        query = select(Observance).where(Observance.establishment_id == self.place.id).order_by(Observance.position)
        mine = session.scalars(select(Measure).where(Measure.establishment_id == self.place.id))
        measures = {measure.reference: measure for measure in mine}
        for place, one in enumerate(session.scalars(query)):
            if reason := row["without_object"].get(one.code):
                one.rate(RuleStatus.NOT_APPLICABLE, reason, self.by, on)
                continue
            kinds = (status for status in RuleStatus if place % row["of"] in row.get(status.value, ()))
            if status := next(kinds, None):
                one.rate(status, None, self.by, on)
            one.rest_on(measures[code] for code in row["rests"].get(one.code, ()))
            one.owner_name, one.note = row["owners"].get(one.code.split("-")[1]), row["notes"].get(one.code)

    def _derogate(self, row: Row, number: int, session: Session) -> None:
        on = self.scene.date(row["day"])
        one = Derogation(
            establishment_id=self.place.id, reference=f"DER-{on.year}-{number:03d}", requested_on=on,
            status=DerogationStatus.SUBMITTED, starts_on=self.scene.date(row["starts"]),
            ends_on=self.scene.date(row["ends"]), rssi_advice=Advice(row["advice"]),
            department=self.scene.departments(self.place.code)[row["department"]],
            created_at=self.scene.day(row["day"]),
            **{name: row[name] for name in (
                "title", "requester", "scope", "reason", "compensation", "severity", "likelihood",
            )},
        )  # fmt: skip
        one.cover([self._rule(session, row["rule"])])
        one.check()
        session.add(one)
        session.flush()
        if "decided" in row:
            status = DerogationStatus.CONDITIONAL if "conditions" in row else DerogationStatus.GRANTED
            signed = row["decided_by"], row["decided_as"], self.scene.date(row["decided"])
            one.decide(Decision(status, *signed, row.get("conditions"), None))

    def _audit(self, row: Row, number: int, session: Session) -> None:
        advised, held = audit_of(row["code"]) or {}, "day" in row
        audit = PolicyAudit(
            establishment_id=self.place.id, reference=f"AUD-{self.scene.at.year}-{number:03d}", code=row["code"],
            kind=AuditKind.EXTERNAL if row["code"].startswith("AE") else AuditKind.INTERNAL,
            title=advised["title"], method=advised["method"], scope=advised["sample"], led_by=row["led_by"],
            provider=row.get("provider"), planned_on=None if held else self.scene.date(row["planned"]),
            held_on=self.scene.date(row["day"]) if held else None, result=AuditResult(row["result"]) if held else None,
            sample=row.get("sample"), gaps=row.get("gaps"), summary=row.get("summary"),
        )  # fmt: skip
        session.add(audit)
        for found in row.get("findings", ()):
            finding = AuditFinding(
                title=found["title"], gravity=Gravity(found["gravity"]), details=found.get("details"),
                advice=found["advice"],
                observance=self._rule(session, found["rule"]) if "rule" in found else None,
            )  # fmt: skip
            audit.add(finding)
            session.flush()
            if "action" in found:
                self._act(finding, found, row["day"], session)

    def _act(self, finding: AuditFinding, row: Row, day: int, session: Session) -> None:
        action = Action.raised_by(finding, row["action"], self.by)
        action.due_on = self.scene.date(row["due"])
        action.entrust(self.scene.people["dsi"])
        session.add(action)
        session.flush()
        if "done" in row:
            action.finish(self.scene.date(row["done"]))
        else:
            action.follow(row["progress"], self.scene.date(day))

    # What keeps it alive

    def _teach(self, row: Row, session: Session) -> None:
        module = module_of(row["module"]) or {}
        held = TrainingSession(
            establishment_id=self.place.id, module=row["module"], title=module["title"],
            held_on=self.scene.date(row["day"]), trainer=row["trainer"], place=row["place"],
            minutes=module["duration_minutes"],
        )  # fmt: skip
        session.add(held)
        session.flush()
        people = session.scalars(Person.of(self.place.id).where(Person.is_present(held.held_on))).all()
        for number, person in enumerate(people[:: row["every"]]):
            one = Attendance(
                establishment_id=self.place.id, session_id=held.id, name=person.name,
                employee_number=person.employee_number or "", attended=number % 9 != 4,
                score=60 + number % 5 * 10 if row.get("score") else None,
            )  # fmt: skip
            one.recognise(person)
            session.add(one)
        if "unknown" in row:
            session.add(Attendance(establishment_id=self.place.id, session_id=held.id, name=row["unknown"]))

    def _meet(self, row: Row, session: Session) -> None:
        advised = agenda_of(row.get("model")) or {}
        session.add(
            PolicyMeeting(
                establishment_id=self.place.id, kind=MeetingKind(row["kind"]), held_on=self.scene.date(row["day"]),
                title=row["title"], attendees=row.get("attendees"), excused=row.get("excused"),
                agenda=advised.get("agenda"), minutes=row.get("minutes"), decisions=row.get("decisions"),
                next_on=self.scene.date(row["next"]) if "next" in row else None,
            )
        )  # fmt: skip
