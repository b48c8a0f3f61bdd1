"""A published charter, the people of a hospital, and a campaign among them, for the tests that need one there."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exports.receipts import Authentication, CharterTold, PersonTold, Place, Receipt, document
from governance import signing
from governance.charters import tokens
from governance.charters.mailing import texts_of_model
from models.base import now, today
from models.charters import joining
from models.charters.acceptance import Acceptance, Decision
from models.charters.campaign import Campaign, CampaignRule, Invitation
from models.charters.charter import Charter, CharterVersion
from models.charters.collection import LINK_LIFE, Kiosk, PaperForm, PersonalLink
from models.charters.diffusion import REACHED, DiffusionRule
from models.charters.words import Channel
from models.people import Person, PersonKind
from tests.cast import Stage
from tests.charters.made import published_charter

TOKEN, DESK_TOKEN, DESK_CODE = "jeton-de-karim", "jeton-de-la-borne", "4321"


@dataclass
class Crowd:
    """What names what is there: identities of persons and of their invitations by given name, of the campaign."""

    campaign: uuid.UUID
    charter: uuid.UUID
    people: dict[str, uuid.UUID] = field(default_factory=dict)
    asked: dict[str, uuid.UUID] = field(default_factory=dict)


def gather(session: Session, stage: Stage) -> Crowd:
    """Agathe (account), Karim (contractor, link), Louise (number, no mail), Rose (HR) and Hélène, all in a campaign."""
    here = stage.establishments["CHA"]
    charter = published_charter(session, here)
    head = person(session, here, "Hélène", "Noël", email="helene.noel@cha.example")
    people = [
        head,
        person(
            session, here, "Agathe", "Roux", email="agathe@cha.example", user_id=stage.users["agent"],
            department_id=stage.departments["Urgences"], function_title="Infirmière", manager_id=head.id,
        ),
        person(
            session, here, "Karim", "Benali", email="karim@nuage.example", kind=PersonKind.CONTRACTOR, company="Nuage",
        ),
        person(
            session, here, "Louise", "Le Goff", employee_number="10234", department_id=stage.departments["Urgences"],
            manager_id=head.id,
        ),
        person(session, here, "Rose", "Henry", email="rose@cha.example", user_id=stage.users["rh"]),
    ]  # fmt: skip
    campaign = run(session, charter, here)
    crowd = Crowd(campaign.id, charter.id, {one.given_name: one.id for one in people})
    invited = select(Invitation).where(Invitation.campaign_id == campaign.id)
    names = {identity: name for name, identity in crowd.people.items()}
    crowd.asked = {names[one.person_id]: one.id for one in session.scalars(invited) if one.person_id in names}
    session.add(link(campaign.id, crowd.people["Karim"]))
    return crowd


def person(session: Session, place: uuid.UUID, given: str, family: str, **facts: Any) -> Person:
    """Somebody of the directory, long there."""
    usual = {"kind": PersonKind.STAFF, "arrived_on": today() - dt.timedelta(days=400)}
    made = Person(establishment_id=place, given_name=given, family_name=family, **{**usual, **facts})
    session.add(made)
    session.flush()
    return made


def run(session: Session, charter: Charter, place: uuid.UUID | None, on: dt.date | None = None) -> Campaign:
    """A campaign for everybody, launched."""
    campaign = drafted(session, charter, place, on or today())
    campaign.launch("Rose Henry", now())
    joining.relist(session, campaign, on or today())
    return campaign


def drafted(session: Session, charter: Charter, place: uuid.UUID | None, on: dt.date) -> Campaign:
    """A campaign for everybody, in preparation."""
    version = joining.latest(session, charter)
    assert version is not None
    campaign = Campaign(
        establishment_id=place, charter=charter, version=version, title="Charte 2026", starts_on=on,
        sender="La direction", desk="Bureau des RH", contact="rssi@cha.example", texts=texts_of_model(),
        rules=[CampaignRule.following(DiffusionRule.usual(one)) for one in REACHED],
    )  # fmt: skip
    session.add(campaign)
    session.flush()
    return campaign


def link(campaign: uuid.UUID, person: uuid.UUID, token: str = TOKEN, **facts: Any) -> PersonalLink:
    """A personal link whose token is known."""
    usual = {"expires_at": now() + LINK_LIFE, "digest": tokens.token_digest(token, "link")}
    return PersonalLink(campaign_id=campaign, person_id=person, **{**usual, **facts})


def kiosk(session: Session, stage: Stage, campaign: uuid.UUID, **facts: Any) -> Kiosk:
    """A kiosk of Rose's, whose token and code are known."""
    usual = {
        "establishment_id": stage.establishments["CHA"], "campaign_id": campaign, "place": "Accueil",
        "digest": tokens.token_digest(DESK_TOKEN, "kiosk"), "code_digest": tokens.token_digest(DESK_CODE, "desk"),
        "opened_by": "Rose Henry", "opened_by_id": stage.users["rh"], "expires_at": now() + dt.timedelta(hours=2),
    }  # fmt: skip
    made = Kiosk(**{**usual, **facts})
    session.add(made)
    session.flush()
    return made


def text_of(session: Session, crowd: Crowd) -> str:
    """The digest of the text that is asked: what a form carries."""
    query = select(CharterVersion.sha256).join(Campaign, Campaign.version_id == CharterVersion.id)
    return session.scalars(query.where(Campaign.id == crowd.campaign)).one()


# For the walk through every address


def things(session: Session, stage: Stage) -> dict[str, dict[str, dict[str, Any]]]:
    """A campaign in each hospital with what its addresses name, each under a token of its own."""
    found: dict[str, dict[str, dict[str, Any]]] = {"population": {"": {"slug": "contractor"}}}
    users = {"CHA": stage.users["agent"], "CHE": stage.users["dpo-est"]}
    for code, user_id in users.items():
        place = stage.establishments[code]
        charter = published_charter(session, place, f"Charte {code}")
        somebody = person(session, place, "Camille", f"Martin {code}", email="c@x.example", user_id=user_id)
        other = person(session, place, "Dominique", f"Blin {code}", email="d@x.example")
        campaign = run(session, charter, place)
        asked = select(Invitation).where(Invitation.campaign_id == campaign.id, Invitation.person_id == somebody.id)
        invitation = session.scalars(asked).one()
        session.add(link(campaign.id, other.id, f"lien-{code}"))
        desk = kiosk(
            session, stage, campaign.id, establishment_id=place, digest=tokens.token_digest(f"borne-{code}", "kiosk")
        )
        paper = PaperForm(
            establishment_id=place, campaign_id=campaign.id, person=other, version=campaign.version,
            signed_on=today(), original="Armoire", sha256="0" * 64, entered_by="X", entered_by_id=stage.users["admin"],
        )  # fmt: skip
        session.add(paper)
        session.flush()
        named = {
            "campaign": campaign, "asked": invitation, "kiosk": desk, "paper": paper,
            "acceptance": accepted(session, invitation),
        }  # fmt: skip
        for kind, record in named.items():
            found.setdefault(kind, {})[code] = {"identity": record.id, "kind": "json"}
        found.setdefault("link", {})[code] = {"token": f"lien-{code}", "kind": "json"}
        found.setdefault("desk", {})[code] = {"token": f"borne-{code}"}
    return found


def accepted(session: Session, invitation: Invitation) -> Acceptance:
    """An acceptance of another charter by the person of an invitation."""
    charter = published_charter(session, invitation.establishment_id, "Charte d’avant")
    version = session.scalars(select(CharterVersion).where(CharterVersion.charter_id == charter.id)).one()
    kept = Acceptance(
        establishment_id=invitation.establishment_id, person_id=invitation.person_id, version_id=version.id,
        decision=Decision.ACCEPTED, channel=Channel.SIGNED_IN, means=["password", "totp"], at=now(), number="R-1",
        seq=1, person_name="Camille Martin", statement="Lu", sha256=version.sha256, receipt=signed(version),
    )  # fmt: skip
    session.add(kept)
    session.flush()
    return kept


def signed(version: CharterVersion) -> dict[str, Any]:
    """A receipt that this installation signed."""
    told = Receipt(
        number="R-1", instance=uuid.uuid4(), establishment="CH de l’Anse",
        charter=CharterTold(version.id, version.title, "1", "fr", version.sha256, version.size), statement="Lu",
        person=PersonTold(uuid.uuid4(), "Camille Martin", "", "CH", "CH"),
        auth=Authentication("account", ["password"], now()), decision="accepted", at=now(),
        journal=Place("chaine", 1, "0" * 64),
    )  # fmt: skip
    return signing.sign(document(told))


KINDS_OF_ENDPOINTS = {
    **{
        f"charters.{name}": "campaign"
        for name in (
            "campaign", "edit_campaign", "save_campaign", "edit_texts", "save_texts", "launch", "relist_campaign",
            "close_campaign", "campaign_people", "export_people", "print_sheets",
        )
    },
    **{
        f"charters.{name}": "asked"
        for name in (
            "read_own", "answer_own", "refuse_own", "start_paper", "enter_paper", "start_assisted", "record_assisted",
            "start_refusal", "record_refusal", "give_code",
        )
    },
    **{f"charters.{name}": "acceptance" for name in ("receipt", "receipt_file")},
    **{f"charters.{name}": "paper" for name in ("paper", "count_paper", "reject_paper")},
    **{
        f"charters.{name}": "link"
        for name in ("open_link", "answer_link", "refuse_link", "link_text", "link_receipt")
    },
    **{
        f"charters.{name}": "desk" for name in ("kiosk", "identify", "answer_kiosk", "refuse_kiosk", "kiosk_text")
    },
    **{f"charters.{name}": "population" for name in ("edit_diffusion", "save_diffusion")},
    "charters.close_kiosk": "kiosk",
}  # fmt: skip
"""Which of these things an address names."""
