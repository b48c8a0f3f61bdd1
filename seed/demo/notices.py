"""The information of patients of the demonstration, told in the order of days: each event is a step of who acts."""

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import day_of
from models.charters.words import Frequency
from models.consulting import GovernanceBody, Opinion
from models.journal import Verb, tell
from models.notices.campaign import DiffusionCampaign, DiffusionCount
from models.notices.check import InformationCheck
from models.notices.composing import compose
from models.notices.content import content_of
from models.notices.diffusion import DiffusionProcedure
from models.notices.notice import Frozen, PatientNotice, slug_of
from models.notices.order import Contacts, Order
from models.notices.page import fragment
from models.notices.procedure_rules import common
from models.notices.standing import for_patients
from models.notices.tool import InformationTool, ToolValidation
from models.notices.words import (
    Audience,
    CheckMethod,
    Moment,
    NoticeStatus,
    PatientGroup,
    ProcedureStatus,
    ToolKind,
    ToolState,
)
from models.register.activity import Activity
from models.register.catalogue import Term
from models.register.parts import Recipient
from models.register.words import RecipientKind, Status
from models.rights import Capacity, Channel, DataSubjectRequest, Decision, IdentityCheck, RightKind, next_reference
from models.versions import publish
from seed.demo import records
from seed.demo.content import read
from seed.demo.group import Scene
from seed.demo.steps import Step
from seed.notices import for_patients as typical
from seed.notices import lexicon, model

Row = dict[str, Any]
ORDER = ("notices", "changes", "tools", "procedures", "campaigns", "checks", "requests")


class InformationStory:
    """The entries of notices.yaml on a scene. `address`: where the house answers, which the notices give."""

    def __init__(self, scene: Scene, address: str) -> None:
        self.scene, self.address = scene, address
        self.told: dict[str, list[Row]] = read("notices", scene.today)
        self.tools: dict[str, InformationTool] = {}

    def steps(self) -> Iterator[Step]:
        """Every event, kind after kind: what a later kind names is there."""
        for kind in ORDER:
            for row in self.told[kind]:
                yield Step(self.scene.actors[row["by"]], partial(getattr(self, f"_{kind}"), row))

    def _name(self, row: Row) -> str:
        return self.scene.people[row["by"]].name

    # Notices

    def _notices(self, row: Row, session: Session) -> None:
        place, at = self.scene.places[row["establishment"]], self.scene.day(row["day"])
        notice = PatientNotice(
            establishment=place, establishment_id=place.id, title=row["title"], slug=slug_of(place, row["title"]),
            audience=Audience(row["audience"]), status=NoticeStatus.DRAFT, created_at=at,
        )  # fmt: skip
        ready = Activity.establishment_id == place.id, Activity.status == Status.VALIDATED, for_patients(typical())
        notice.pick(session.scalars(Activity.whole().where(*ready).order_by(Activity.reference)))
        notice.fill(row["blanks"])
        notice.touch(self._name(row), at)
        session.add(notice)
        session.flush()
        if not row.get("draft"):
            version = notice.publish(self._frozen(session, notice, at), self._name(row), at, None)
            session.add(version)
            session.flush()
            version.tell_published(session)

    def _frozen(self, session: Session, notice: PatientNotice, at: dt.datetime) -> Frozen:
        names = session.execute(select(Term.code, Term.label).where(Term.scheme == "countries"))
        order = Order(
            title=notice.title,
            activities=[pick.activity for pick in notice.picks],
            lexicon=lexicon(notice.audience, {row.code: row.label for row in names}),
            contacts=Contacts.of(notice.establishment, self.scene.today),
            values=notice.values(),
            address=f"{self.address}/information/lire/{notice.slug}",
            number=1,
            on=day_of(at),
        )
        content = content_of(order, compose(order))
        return Frozen(content, fragment(content), content["contacts"])

    def _changes(self, row: Row, session: Session) -> None:
        """A record of which a notice tells is changed and validated anew."""
        at, place = self.scene.day(row["day"]), self.scene.places[row["establishment"]]
        ready = Activity.establishment_id == place.id, Activity.status == Status.VALIDATED, for_patients(typical())
        activity = session.scalars(Activity.whole().where(*ready).order_by(Activity.reference).limit(1)).one()
        named = {"category": row["recipient"], "name": row["name"], "reason": row["reason"]}
        activity.recipients.append(Recipient(kind=RecipientKind.EXTERNAL, position=len(activity.recipients), **named))
        activity.touch(self._name(row), at)
        review_on = activity.review_on or self.scene.date(row["day"] + 365)
        records.validate(session, activity, self._name(row), at, review_on, row["note"])

    # Tools, and how they reach patients

    def _tools(self, row: Row, session: Session) -> None:
        code = row["establishment"]
        wanted = PatientNotice.title == row.get("notice"), PatientNotice.establishment == self.scene.places[code]
        tool = InformationTool(
            establishment_id=self.scene.places[code].id, kind=ToolKind(row["kind"]), title=row["title"],
            state=ToolState(row.get("state", "in_use")), edition=row["edition"], languages=row["languages"],
            notice=session.scalars(select(PatientNotice).where(*wanted)).first(), is_easy=row.get("is_easy"),
            places=row.get("places"), moments=row["moments"], service=row.get("service"), stock=row.get("stock"),
            department=self.scene.departments(code).get(row.get("department", "")),
            frequency=Frequency(row["frequency"]) if "frequency" in row else None,
            next_check_on=self.scene.date(row["next"]) if "next" in row else None,
            created_at=self.scene.day(row["day"]),
        )  # fmt: skip
        tool.validations = [self._validation(row, one) for one in row.get("validations", ())]
        session.add(tool)
        self.tools[row["key"]] = tool

    def _validation(self, row: Row, one: Row) -> ToolValidation:
        return ToolValidation(
            edition=one["edition"], body=GovernanceBody(one["body"]), body_name="", held_on=self.scene.date(one["day"]),
            opinion=Opinion(one["opinion"]), minutes=one.get("minutes"), recorded_by=self._name(row),
        )  # fmt: skip

    def _procedures(self, row: Row, session: Session) -> None:
        step = next(one for one in model()["diffusion_procedure"]["steps"] if one["code"] == row["step"])
        at = self.scene.day(row["day"])
        made = DiffusionProcedure(
            establishment_id=self.scene.places[row["establishment"]].id, tool=self.tools[row["tool"]],
            population=PatientGroup(row["population"]), moment=Moment(step["code"]), responsible=step["responsible_fr"],
            instructions=step["action_fr"], proof=step["evidence_fr"], status=ProcedureStatus.DRAFT, created_at=at,
        )  # fmt: skip
        made.touch(self._name(row), at)
        session.add(made)
        session.flush()
        if "validated" in row:
            made.validate(1, self.scene.date(row["validated"]), GovernanceBody(row["body"]), None, row["minutes"])
            day = self.scene.date(row["validated"])
            frozen = {**made.state(), "common": common(model(), self.scene.places[row["establishment"]], day)}
            version = publish(session, made, frozen, self._name(row), self.scene.day(row["validated"]))
            tell(session, Verb.VALIDATED, made, number=version.number, digest=version.digest)

    def _campaigns(self, row: Row, session: Session) -> None:
        kept = {name: row.get(name) for name in ("title", "planned", "places")}
        made = DiffusionCampaign(
            establishment_id=self.scene.places[row["establishment"]].id, tool=self.tools[row["tool"]],
            population=PatientGroup.ALL, starts_on=self.scene.date(row["starts"]), ends_on=self.scene.date(row["ends"]),
            created_at=self.scene.day(row["day"]), **kept,
        )  # fmt: skip
        made.check()
        session.add(made)
        for one in row.get("counts", ()):
            on, by = self.scene.date(one["day"]), one.get("by", self._name(row))
            counted = DiffusionCount(
                counted_on=on, handed=one["handed"], place=one["place"], counted_by=by, remark=one.get("remark"),
                created_at=self.scene.day(one["day"]),
            )  # fmt: skip
            made.count(counted, self.scene.today)
        if "closed" in row:
            closed = self.scene.date(row["closed"])
            made.close(closed, row["done"], row["outcome"], self._name(row), self.scene.today)

    def _checks(self, row: Row, session: Session) -> None:
        kept = {name: row.get(name) for name in ("asked", "informed", "aware", "observations", "follow_up")}
        made = InformationCheck(
            establishment_id=self.scene.places[row["establishment"]].id, tool=self.tools[row["tool"]],
            method=CheckMethod(row["method"]), checked_on=self.scene.date(row["day"]), checked_by=self._name(row),
            department=self.scene.departments(row["establishment"]).get(row.get("department", "")),
            declined=row.get("declined", 0), created_at=self.scene.day(row["day"]), **kept,
        )  # fmt: skip
        made.check(self.scene.today)
        session.add(made)

    # Requests

    def _requests(self, row: Row, session: Session) -> None:
        place, received = self.scene.places[row["establishment"]], self.scene.date(row["received"])
        kept = {name: row.get(name) for name in ("requester", "contact", "uses", "details", "reason")}
        department = self.scene.departments(place.code).get(row.get("department", ""))
        made = DataSubjectRequest(
            establishment_id=place.id, kind=RightKind.OBJECTION, received_on=received,
            channel=Channel(row["channel"]), department=department,
            born_on=self.scene.date(row["born"]) if "born" in row else None, capacity=Capacity.SELF,
            identity=IdentityCheck.CHECKED, suspends=row.get("suspends", False), recorded_by=self._name(row),
            reference=next_reference(session, place.id, received.year), created_at=self.scene.day(row["received"]),
            **kept,
        )  # fmt: skip
        made.receive(self.scene.today)
        if "extended" in row:
            made.extend(row["why"], self.scene.date(row["extended"]))
        if "decision" in row:
            on, applied = self.scene.date(row["answered"]), self.scene.date(row["applied"])
            made.settle(Decision(row["decision"]), row["answer"], on, applied, self.scene.today, row.get("refused"))
        session.add(made)
