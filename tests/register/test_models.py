"""The life of a record, and what the law expects of it."""

import datetime as dt

import pytest

from models.base import now
from models.register.activity import Activity
from models.register.parts import PARTS, AccessRight, PersonGroup, Purpose, Retention
from models.register.processor import Processor
from models.register.words import Confidence, DpiaNeed, Status
from models.rules import RuleBroken

TODAY = dt.date(2026, 3, 1)


def activity(status: Status = Status.DRAFT, **fields: object) -> Activity:
    return Activity(reference="T-1", name="Paie", status=status, **fields)


def test_only_a_qualified_record_is_validated() -> None:
    for status in set(Status) - {Status.QUALIFIED}:
        with pytest.raises(RuleBroken):
            activity(status).validate(1, TODAY)
    record = activity(Status.QUALIFIED)
    record.validate(3, TODAY)
    assert (record.status, record.validated_version, record.review_on) == (Status.VALIDATED, 3, TODAY)


def test_an_edit_takes_a_validated_record_back_to_draft() -> None:
    record = activity(Status.VALIDATED)
    record.touch("Diane", now())
    assert record.status is Status.DRAFT


def test_a_record_that_lacks_something_is_not_declared_complete() -> None:
    with pytest.raises(RuleBroken, match="Indiquez la finalité"):
        activity().qualify(["Indiquez la finalité principale."])


def test_archiving_needs_a_reason_and_can_be_taken_back() -> None:
    record = activity()
    with pytest.raises(RuleBroken) as refused:
        record.archive(TODAY, "  ")
    assert refused.value.field == "reason"
    record.archive(TODAY, "Logiciel retiré")
    assert (record.status, record.archived_on) == (Status.ARCHIVED, TODAY)
    record.reopen()
    assert (record.status, record.archived_on) == (Status.DRAFT, None)


@pytest.mark.parametrize(
    ("criteria", "listed", "hint"),
    [
        ([], None, DpiaNeed.NOT_REQUIRED),
        (["large_scale"], None, DpiaNeed.RECOMMENDED),
        (["large_scale", "sensitive_data"], None, DpiaNeed.REQUIRED),
        ([], True, DpiaNeed.REQUIRED),
    ],
)
def test_two_criteria_or_the_list_of_the_cnil_require_a_dpia(
    criteria: list[str], listed: bool | None, hint: DpiaNeed
) -> None:
    assert activity(dpia_criteria=criteria, dpia_listed=listed).dpia_hint is hint


def test_another_opinion_than_the_criteria_needs_a_written_reason() -> None:
    record = activity(dpia_criteria=["large_scale", "sensitive_data"])
    with pytest.raises(RuleBroken) as refused:
        record.override_dpia(DpiaNeed.NOT_REQUIRED, " ")
    assert refused.value.field == "dpia_reason"
    record.override_dpia(DpiaNeed.NOT_REQUIRED, "Volume très faible")
    assert record.dpia_need is DpiaNeed.NOT_REQUIRED
    record.override_dpia(DpiaNeed.REQUIRED, None)
    assert record.dpia_override is None


def test_a_doubtful_period_keeps_its_mark_until_it_is_confirmed() -> None:
    period = Retention(item="Dossier", confidence=Confidence.OWN_KNOWLEDGE)
    before = period.is_to_verify
    period.confirm("Diane", now())
    assert (before, period.is_to_verify) == (True, False)
    assert not Retention(item="Dossier", confidence=Confidence.VERIFIED).is_to_verify


def test_a_copy_loses_no_field_and_no_part() -> None:
    original = activity(
        description="Tout", dpia_criteria=["large_scale"], automated_decision=False,
        purposes=[Purpose(label="Payer", lawful_basis="contract"), Purpose(label="Déclarer", position=1)],
        person_groups=[PersonGroup(category="employee")],
        access_rights=[AccessRight(profile="Paie", may_consult=True, review_on=TODAY)],
    )  # fmt: skip
    twin = original.copy("T-2", "Diane", now())
    before, after = original.state(), twin.state()
    own = {"reference", "status", "opened_on", "revised_on"}
    assert {k: v for k, v in after["fields"].items() if k not in own} == {
        k: v for k, v in before["fields"].items() if k not in own
    }
    for name in PARTS:
        strip = [[{k: v for k, v in row.items() if k != "id"} for row in s["parts"][name]] for s in (before, after)]
        assert strip[0] == strip[1], name


@pytest.mark.parametrize(
    ("certificate", "expires", "said"),
    [
        (None, None, "à renseigner"),
        ("HDS-1", TODAY - dt.timedelta(days=1), "expiré"),
        ("HDS-1", TODAY + dt.timedelta(days=90), "moins de 90 jours"),
        ("HDS-1", TODAY + dt.timedelta(days=91), None),
    ],
)
def test_a_hosting_certificate_is_called_to_mind(certificate: str | None, expires: dt.date | None, said: str) -> None:
    host = Processor(name="Nuage", hosts_health_data=True, hds_certificate=certificate, hds_expires_on=expires)
    alert = host.hds_alert(TODAY)
    assert (said in alert) if said and alert else alert is said
    assert Processor(name="Autre", hosts_health_data=False).hds_alert(TODAY) is None
