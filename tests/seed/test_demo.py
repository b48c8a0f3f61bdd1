"""The demonstration: fictional, whole, in every state, and the same each time it is planted."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest
from sqlalchemy import Engine, func, inspect, select
from sqlalchemy.orm import Session, sessionmaker

from models.accounts import RoleGrant, User
from models.base import Record
from models.chains import verify
from models.establishments import Department, DepartmentKind, Establishment
from models.journal import Entry, Verb, keep_journal
from models.permissions import Role
from models.register.activity import Activity
from models.register.catalogue import Terms
from models.register.checks import is_complete
from models.register.parts import PARTS, Retention, Transfer
from models.register.processor import Processor, SubProcessor
from models.register.words import ContractState, Kind, Status
from models.versions import Version, differences
from models.views import SavedView
from seed.catalogue import load_terms
from tests.seed.planting import AT, elsewhere, emptied, plant

TODAY = AT.date()
LOGINS = {"admin", "dpo", "rssi", "dsi", "rh", "agent", "auditeur", "dpo-est", "referent", "tallec", "direction"}


@pytest.fixture(scope="module")
def planted(engine: Engine) -> Iterator[Session]:
    """A session on the demonstration, planted once for the tests that only read."""
    opened = sessionmaker(engine)
    keep_journal(opened)
    with opened() as session:
        plant(session, AT)
        yield session
    emptied(engine)


def states(session):
    """What all records say, but their identities."""
    found = [activity.state() for activity in session.scalars(Activity.whole())]
    for state in found:
        for rows in state["parts"].values():
            for row in rows:
                del row["id"]
    return sorted(found, key=lambda state: str(state["fields"]))


def states_planted(at):
    """The same when planted at `at` in another database."""
    with elsewhere() as engine:
        opened = sessionmaker(engine)
        keep_journal(opened)
        with opened() as session:
            plant(session, at)
            return states(session)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_nothing_is_random_and_dates_follow_the_planting(planted):
    first = states(planted)
    assert states_planted(AT) == first
    later = states_planted(AT + dt.timedelta(days=365))
    assert len(later) == 30
    assert not [state for state in later if state in first]


@pytest.fixture
def activities(planted):
    return planted.scalars(Activity.whole().order_by(Activity.establishment_id, Activity.reference)).all()


def test_three_establishments_share_thirty_records(activities):
    by_place = Counter(activity.establishment.code for activity in activities)
    assert by_place == {"CHVA": 20, "CHEA": 7, "HLHO": 3}


def test_every_state_and_every_capacity_is_shown(activities):
    assert Counter(activity.status for activity in activities) == {
        Status.VALIDATED: 15,
        Status.DRAFT: 6,
        Status.PREQUALIFIED: 4,
        Status.QUALIFIED: 3,
        Status.ARCHIVED: 2,
    }
    assert Counter(activity.kind for activity in activities) == {Kind.CONTROLLER: 27, Kind.PROCESSOR: 2, Kind.JOINT: 1}


def test_each_controller_has_its_contacts_and_each_place_its_departments(planted):
    places = planted.scalars(select(Establishment)).all()
    empty = [(p.code, n) for p in places for n in Establishment.journal_fields() if not getattr(p, n)]
    assert {name for _, name in empty} <= {"dpo_company"}
    for kind in DepartmentKind:
        assert set(planted.scalars(select(Department.establishment_id).where(Department.kind == kind))) == {
            place.id for place in places
        }


def test_everybody_has_an_account_and_a_role(planted):
    in_force = planted.scalars(RoleGrant.in_force(TODAY)).all()
    held = {(grant.user.login, grant.role, grant.establishment and grant.establishment.code) for grant in in_force}
    assert set(planted.scalars(select(User.login))) == LOGINS
    assert held == {
        ("admin", Role.ADMINISTRATOR, None),
        ("dpo", Role.DPO, "CHVA"),
        ("dpo", Role.DPO, "HLHO"),
        ("rssi", Role.RSSI, None),
        ("dsi", Role.IT, "CHVA"),
        ("rh", Role.HR, "CHVA"),
        ("agent", Role.STAFF, "CHVA"),
        ("tallec", Role.STAFF, "CHVA"),
        ("auditeur", Role.AUDITOR, None),
        ("dpo-est", Role.DPO, "CHEA"),
        ("referent", Role.CONTACT, "CHVA"),
        ("direction", Role.MANAGEMENT, None),
    }


def test_roles_have_a_history(planted):
    past = [grant for grant in planted.scalars(select(RoleGrant)) if not grant.is_in_force(TODAY)]
    assert sorted(bool(grant.revoked_at) for grant in past) == [False, False, True, True]
    assert all(grant.revoked_reason and grant.revoked_by.login == "admin" for grant in past if grant.revoked_at)


def test_the_contact_of_a_department_has_a_record_to_fill_in(planted):
    grant = planted.scalars(
        select(RoleGrant).where(RoleGrant.role == Role.CONTACT, RoleGrant.revoked_at.is_(None))
    ).one()
    record = planted.scalars(select(Activity).where(Activity.department_id == grant.department_id)).one()
    assert record.confirmed_by == grant.user.name == "Hélène Noël"


def test_the_directory_shows_contracts_and_certificates_in_every_state(planted):
    processors = planted.scalars(select(Processor)).all()
    assert {processor.contract_state for processor in processors} == set(ContractState)
    assert {processor.hds_alert(TODAY) for processor in processors if processor.hosts_health_data} == {
        None,
        "Certificat HDS à renseigner : ce sous-traitant héberge des données de santé.",
        "Le certificat HDS est expiré.",
        "Le certificat HDS expire dans moins de 90 jours.",
    }


def test_processors_of_the_directory_are_named_on_records(activities):
    named = {row.processor.name for activity in activities for row in activity.recipients if row.processor}
    assert len(named) >= 10


def test_transfers_rest_on_adequacy_or_on_clauses(planted):
    found = {(row.country, row.mechanism) for row in planted.scalars(select(Transfer))}
    assert found == {("US", "adequacy"), ("IN", "scc_commission")}


def test_reviews_are_due_overdue_and_to_come(activities):
    overdue = [activity.reference for activity in activities if activity.is_overdue(TODAY)]
    soon = [a for a in activities if a.review_on and TODAY <= a.review_on <= TODAY + dt.timedelta(days=30)]
    assert len(overdue) >= 4
    assert len(soon) >= 3


def test_some_periods_are_confirmed_and_some_are_still_to_verify(planted):
    periods = planted.scalars(select(Retention)).all()
    assert sum(period.is_to_verify for period in periods) >= 10
    assert sum(period.confirmed_at is not None for period in periods) >= 4


def test_some_records_lack_what_article_30_requires(planted):
    lacking = planted.scalars(select(Activity.status).where(~is_complete())).all()
    assert set(lacking) == {Status.PREQUALIFIED, Status.DRAFT}


def test_opinions_against_the_criteria_are_justified(activities):
    overridden = [activity for activity in activities if activity.dpia_override]
    assert len(overridden) >= 4
    assert all(a.dpia_reason and a.dpia_override is not a.dpia_hint for a in overridden)


def test_validated_records_keep_their_numbered_versions_that_differ(planted, activities):
    counts: Counter[int] = Counter()
    for activity in activities:
        versions = planted.scalars(Version.of(activity)).all()
        assert [version.number for version in versions] == list(range(len(versions), 0, -1))
        assert activity.validated_version == (len(versions) or None)
        for newer, older in pairwise(versions):
            fields = {change.get("field") for change in differences(older.content, newer.content)}
            assert fields - {"status", "review_on", "revised_on"}
        counts[len(versions)] += 1
    assert (counts[3], counts[2]) == (1, 5)


def test_access_rights_are_told_with_their_review(activities):
    told = [row for activity in activities for row in activity.access_rights]
    assert {row.review_on < TODAY for row in told} == {True, False}
    assert any(row.may_break_glass for row in told)


def test_colleagues_share_views_that_filter_the_register(planted):
    views = planted.scalars(select(SavedView)).all()
    assert {view.shared for view in views} == {True, False}


def test_the_journal_tells_who_did_what_and_holds(planted):
    verbs = set(planted.scalars(select(Entry.verb)))
    names = set(planted.scalars(select(Entry.actor_name)))
    assert verbs >= {Verb.PLANTED, Verb.CREATED, Verb.CHANGED, Verb.VALIDATED, Verb.CONFIRMATION_ASKED, Verb.CONFIRMED}
    assert names >= {"Diane Petit", "Estelle Blanc", "Hélène Noël", "Adèle Morin", "Mise en place de la démonstration"}
    assert list(verify(planted.connection())) == []


def test_every_code_is_in_its_list(planted):
    terms, unknown = Terms(load_terms()), set()
    kinds: tuple[type[Record], ...] = (Activity, Processor, SubProcessor, *PARTS.values())
    for kind in kinds:
        schemes = {c.key: c.info["terms"] for c in inspect(kind).columns if "terms" in c.info}
        for record in planted.scalars(select(kind)):
            for name, scheme in schemes.items():
                value = getattr(record, name)
                codes = value if isinstance(value, list) else [value] if value else []
                unknown |= {(scheme, code) for code in codes if not terms.has(scheme, code)}
    assert unknown == set()


REAL = re.compile(
    r"AP-?HP|AP-?HM|Assistance publique|Hospices civils|\bCHU\b|CHRU|Pitié|Necker|Cochin|Bichat|Lariboisi|Salp[êe]tri"
    r"|Paris|Lyon|Marseille|Lille|Nantes|Bordeaux|Toulouse|Rennes|Strasbourg|Grenoble|Montpellier|Dijon|Besançon|Nancy"
)


def test_nobody_real_is_named(planted, activities):
    places = planted.scalars(select(Establishment)).all()
    processors = planted.scalars(select(Processor)).all()
    texts = [str(place.told(name)) for place in places for name in place.journal_fields()]
    texts += [str(processor.told(name)) for processor in processors for name in processor.journal_fields()]
    texts += [str(activity.state()) for activity in activities]
    assert [text for text in texts if REAL.search(text)] == []


def test_addresses_and_numbers_reach_nobody(planted, activities):
    people = [*planted.scalars(select(User.email)), *planted.scalars(select(Processor.email))]
    places = planted.scalars(select(Establishment)).all()
    emails = [*people, *(activity.contact_email for activity in activities)]
    emails += [email for place in places for email in (place.email, place.dpo_email)]
    phones = [*planted.scalars(select(Processor.phone)), *(phone for p in places for phone in (p.phone, p.dpo_phone))]
    assert {email.rpartition(".")[2] for email in emails if email} == {"example"}
    assert {phone[:8] for phone in phones if phone} == {"03 53 01"}  # a range that the regulator keeps for fiction


def test_a_demonstration_counts_what_it_planted(planted):
    assert planted.scalar(select(func.count()).select_from(Activity).where(Activity.created_at > AT)) == 0
