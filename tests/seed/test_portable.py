"""From plain data to records and back: one by one, and as rows inserted in bulk."""

import datetime as dt

import pytest
from sqlalchemy import insert, select

from models.base import identity
from models.establishments import Department, DepartmentKind, Establishment, Group
from models.register.activity import Activity
from models.register.parts import PARTS, Recipient, Retention
from models.register.portable import activity_from, parts_from, processor_from, rows_of
from models.register.processor import Processor
from models.register.typical import record_from
from models.register.words import Confidence, ContractState, DpiaProgress, Kind, Stage, Status, Unit
from seed.catalogue import load_typical

AT = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)

FULL = {
    "fields": {
        "reference": "T-2026-001",
        "name": "Œuvres sociales du personnel",
        "kind": "joint",
        "status": "validated",
        "department": "DRH",
        "opened_on": "2024-01-31",
        "revised_on": "2025-06-01",
        "sensitive": True,
        "dpia_criteria": ["sensitive_data", "large_scale"],
        "dpia_progress": "in_progress",
        "confirmed_at": "2025-06-02T08:00:00+00:00",
        "typical_code": "TP21",
        "colour": "blue",
    },
    "parts": {
        "purposes": [{"label": "Aider les agents", "lawful_basis": "public_task"}, {"label": "Fêter Noël"}],
        "data_items": [{"category": "health", "source": "direct", "mandatory": False}],
        "retentions": [{"item": "Dossier", "duration": 5, "unit": "years", "confidence": "secondary"}],
        "recipients": [
            {"kind": "processor", "name": "Hébergement", "processor": "Nuage d’Amance"},
            {"kind": "processor", "processor": "Inconnu SARL"},
            {"kind": "processor", "name": "Support", "processor": "Inconnu SARL"},
        ],
        "access_rights": [{"profile": "Gestionnaire", "may_consult": True, "review_on": "2026-12-31"}],
        "dragons": [{"name": "Smaug"}],
    },
}


@pytest.fixture
def home(session):
    home = Establishment(group=Group(name="GHT"), code="CH", name="Centre hospitalier")
    home.departments = [Department(name="DRH", kind=DepartmentKind.SERVICE)]
    session.add(home)
    session.add(Processor(establishment=home, name="Nuage d’Amance"))
    session.commit()
    return home


@pytest.fixture
def context(session, home):
    return {
        "establishment": home,
        "departments_by_name": {department.name: department for department in home.departments},
        "processors_by_name": {processor.name: processor for processor in session.scalars(select(Processor))},
        "by": "Nadia",
        "at": AT,
    }


def stored(session, activity_id):
    session.expire_all()
    return session.scalars(Activity.whole().where(Activity.id == activity_id)).one()


def one_by_one(session, record, context):
    activity = activity_from(record, **context)
    session.add(activity)
    session.commit()
    return stored(session, activity.id)


def in_bulk(session, record, context):
    new = identity()
    for table, rows in rows_of([(new, record)], **context):
        if values := list(rows):
            session.execute(insert(table).execution_options(told=True), values)
    session.commit()
    return stored(session, new)


def renamed(record, reference):
    return {**record, "fields": {**record["fields"], "reference": reference}}


def told(activity):
    """Its state without identities, and what a state does not tell."""
    state = activity.state()
    for rows in state["parts"].values():
        for row in rows:
            del row["id"]
    others = ("establishment_id", "typical_code", "updated_by", "updated_at", "revision", "words", "validated_version")
    return state, {name: getattr(activity, name) for name in others}


def test_a_plain_record_becomes_an_activity_with_its_parts_in_order(session, home, context):
    activity = one_by_one(session, FULL, context)
    assert (activity.kind, activity.status, activity.dpia_progress) == (
        Kind.JOINT,
        Status.VALIDATED,
        DpiaProgress.IN_PROGRESS,
    )
    assert activity.opened_on == dt.date(2024, 1, 31)
    assert activity.confirmed_at == dt.datetime(2025, 6, 2, 8, tzinfo=dt.UTC)
    assert activity.department is home.departments[0]
    assert [(row.position, row.label) for row in activity.purposes] == [(0, "Aider les agents"), (1, "Fêter Noël")]
    assert (activity.updated_by, activity.updated_at, activity.typical_code) == ("Nadia", AT, "TP21")
    assert "oeuvres sociales" in activity.words


def test_what_is_missing_takes_its_default(session, context):
    record = {"fields": {"reference": "T-1", "name": "Rien"}, "parts": {"retentions": [{"item": "Tout"}]}}
    activity = one_by_one(session, record, context)
    retention = activity.retentions[0]
    assert (activity.kind, activity.status, activity.dpia_progress) == (
        Kind.CONTROLLER,
        Status.PREQUALIFIED,
        DpiaProgress.NONE,
    )
    assert (retention.stage, retention.confidence) == (Stage.ACTIVE, Confidence.STATED)
    assert activity.revised_on == AT.date()


def test_a_name_that_is_not_in_the_directory_is_kept_as_a_text(session, context):
    record = {"fields": {**FULL["fields"], "department": "Crèche", "owner_service": "DRH"}, "parts": FULL["parts"]}
    activity = one_by_one(session, record, context)
    assert (activity.department, activity.owner_service) == (None, "Crèche – DRH")
    assert [(row.processor and row.processor.name, row.name) for row in activity.recipients] == [
        ("Nuage d’Amance", "Hébergement"),
        (None, "Inconnu SARL"),
        (None, "Inconnu SARL – Support"),
    ]


@pytest.mark.parametrize("record", [FULL, record_from(load_typical()[0].content)], ids=["full", "typical"])
def test_both_ways_make_the_same_record(session, context, record):
    first = told(one_by_one(session, renamed(record, "T-1"), context))
    second = told(in_bulk(session, renamed(record, "T-2"), context))
    second[0]["fields"]["reference"] = "T-1"
    second[1]["words"] = second[1]["words"].replace("t-2", "t-1")
    assert first == second


def test_a_state_comes_back_whole(session, context):
    first = one_by_one(session, FULL, context)
    state = renamed(first.state(), "T-2")
    second = one_by_one(session, state, context).state()
    for collection, rows in state["parts"].items():
        assert [row | {"id": ""} for row in rows] == [row | {"id": ""} for row in second["parts"][collection]]
    assert state["fields"] == second["fields"]


def test_rows_of_one_kind_have_the_same_keys(context):
    typical = [record_from(processing.content) for processing in load_typical()]
    shapes = {
        (table, tuple(sorted(row)))
        for table, rows in rows_of([(identity(), record) for record in [FULL, *typical]], **context)
        for row in rows
    }
    assert len(shapes) == len({table for table, _ in shapes})


@pytest.mark.parametrize("fields", [{"kind": "owner"}, {"opened_on": "31/01/2024"}, {"confirmed_at": "hier"}], ids=str)
def test_what_cannot_be_read_is_refused(context, fields):
    with pytest.raises(ValueError, match=r"owner|31/01/2024|hier"):
        activity_from({"fields": fields, "parts": {}}, **context)


def test_an_instant_without_a_zone_is_taken_as_utc():
    (row,) = parts_from("retentions", [{"item": "Tout", "confirmed_at": "2026-01-01T10:00:00"}], {})
    assert isinstance(row, Retention)
    assert row.confirmed_at == dt.datetime(2026, 1, 1, 10, tzinfo=dt.UTC)


@pytest.mark.parametrize("processing", load_typical(), ids=lambda processing: processing.code)
def test_every_typical_processing_makes_an_activity(processing):
    content = processing.content
    activity = activity_from(record_from(content), Establishment(name="CH"), {}, {}, "Nadia", AT)
    assert (activity.name, activity.domain, activity.typical_code) == (
        processing.name,
        processing.domain,
        content["id"],
    )
    assert (activity.status, activity.transfers_exist) == (Status.DRAFT, None)
    assert [row.label for row in activity.purposes] == [content["main_purpose_fr"], *content["sub_purposes_fr"]]
    assert {row.lawful_basis for row in activity.purposes} == {content["lawful_basis"]}
    assert {row.art9_condition for row in activity.purposes} == {content["art9_condition"]}
    assert [row.category for row in activity.person_groups] == content["data_subjects"]
    assert [row.category for row in activity.data_items] == content["data_categories"]
    assert [{"category": row.category, "kind": row.kind} for row in activity.recipients] == content["recipients"]
    assert [row.category for row in activity.security_measures] == content["security_measure_categories"]
    assert [(row.item, row.duration, row.confidence) for row in activity.retentions] == [
        (row["item_fr"], row["duration"], row["confidence"]) for row in content["retention"]
    ]
    assert activity.dpia_criteria == (content["dpia"]["criteria"] or None)


def typical(code):
    return record_from(next(row for row in load_typical() if row.code == code).content)


def test_a_typical_processing_says_what_the_hospital_should_look_at():
    record = typical("TP01")
    assert record["fields"]["sensitive"] is True
    assert record["fields"]["dpia_listed"] is True
    assert record["fields"]["owner_service"] == "Services de soins, DIM, DSI"
    assert record["fields"]["notes"].startswith("Autre base légale possible : Établissement privé")
    assert record["fields"]["notes"].endswith("À mentionner dans l’information des patients.")


def test_what_is_not_said_stays_open():
    record = typical("TP28")
    assert record["fields"]["sensitive"] is False
    assert record["fields"]["dpia_listed"] is None
    assert record["parts"]["purposes"][0]["art9_condition"] is None
    assert not {"transfers_exist", "information", "automated_decision"} & record["fields"].keys()


def test_a_period_without_a_number_is_told_in_words():
    video = typical("TP14")["parts"]["retentions"][1]
    assert (video["duration"], video["unit"], video["wording"]) == (None, None, "Aucune conservation")
    sample = typical("TP07")["parts"]["retentions"][2]
    assert (sample["duration"], sample["unit"]) == (None, Unit.LOCAL_PROCEDURE)


def test_a_new_record_does_not_share_its_lists_with_the_catalogue():
    content = load_typical()[0].content
    criteria = activity_from(record_from(content), Establishment(name="CH"), {}, {}, "Nadia", AT).dpia_criteria
    assert criteria
    criteria.append("matching")
    assert "matching" not in load_typical()[0].content["dpia"]["criteria"]


def test_every_collection_has_a_place_in_rows(context):
    rows = {table: list(rows) for table, rows in rows_of([(identity(), FULL)], **context)}
    assert {table.name for table in rows} == {"activity", *(kind.__tablename__ for kind in PARTS.values())}
    recipients = next(rows[table] for table in rows if table.name == Recipient.__tablename__)
    assert [row["processor_id"] for row in recipients] == [
        context["processors_by_name"]["Nuage d’Amance"].id,
        None,
        None,
    ]


def test_a_processor_comes_with_its_own_processors(session, home):
    fields = {"name": "Orle", "contract_state": "signed", "contract_signed_on": "2026-01-31", "countries": ["FR"]}
    below = [{"name": "Premier", "country": "FR"}, {"name": "Second", "authorised_on": "2026-02-01"}]
    session.add(processor_from(fields, below, home))
    session.commit()
    processor = session.scalars(select(Processor).where(Processor.name == "Orle")).one()
    assert (processor.contract_state, processor.contract_signed_on) == (ContractState.SIGNED, dt.date(2026, 1, 31))
    assert (processor.countries, processor.hosts_health_data) == (["FR"], False)
    assert [(row.position, row.name) for row in processor.sub_processors] == [(0, "Premier"), (1, "Second")]
