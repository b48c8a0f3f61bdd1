"""The campaigns of the demonstration: one finished, one that runs; answers by every way, some late, some refused."""

import datetime as dt
import uuid
from collections.abc import Callable

from sqlalchemy import select

from exports.charters import sheets
from exports.receipts import Means
from governance import files
from governance.charters import tokens
from governance.charters.acceptance import Act, invitations, record
from governance.charters.delivery import author_of
from governance.charters.mailing import texts_of_model
from governance.database import session, transaction
from governance.visitor import Visitor
from models.accounts import User
from models.base import day_of, now, today
from models.charters import joining
from models.charters.acceptance import Assistance, Decision
from models.charters.campaign import Answer, Campaign, CampaignRule, CampaignState, Invitation, Notice, NoticeKind
from models.charters.charter import Charter, CharterVersion
from models.charters.collection import Kiosk, PaperForm
from models.charters.diffusion import REACHED, DiffusionRule
from models.charters.words import Channel
from models.establishments import Establishment
from models.journal import Verb, tell
from models.people import Person

FINISHED_IN, RUNNING_SINCE = "HLHO", 45
SPREAD = 37
"""Over how many days the answers of the running campaign are spread."""
LEFT_TO_ANSWER = "agent"
"""Whose answer the demonstration leaves to whoever tries it."""


def tell_story() -> None:
    """Run the campaigns in an installation that was just planted."""
    users = {user.login: user for user in session.scalars(select(User))}
    hr, dpo = (Visitor(user_id=users[login].id, name=users[login].name) for login in ("rh", "dpo"))
    with transaction(hr.actor):
        finished = _campaign(FINISHED_IN, 118, hr)
        _answer_all(finished, hr, dpo, lambda place: 110 - place % 30)
        _end(finished)
    with transaction(hr.actor):
        running = _campaign(None, RUNNING_SINCE, hr)
        joining.follow(session(), running, hr.name, now(), today())
        joining.relist(session(), running, today())
        _answer_all(running, hr, dpo, lambda place: RUNNING_SINCE - 3 - place * 7 % SPREAD)
        _note_invitations(running)
        _leave_open(running, hr)


def _day(days: int, hour: int = 10) -> dt.datetime:
    return dt.datetime.combine(today() - dt.timedelta(days=days), dt.time(hour, 12), dt.UTC)


def _campaign(code: str | None, since: int, hr: Visitor) -> Campaign:
    """A campaign on the first version of the common charter, begun `since` days ago, its list made on that day."""
    charter = session.scalars(select(Charter).where(Charter.establishment_id.is_(None))).one()
    first = select(CharterVersion).where(CharterVersion.charter_id == charter.id, CharterVersion.number == 1)
    place = session.scalars(select(Establishment).where(Establishment.code == code)).one() if code else None
    begun = _day(since)
    campaign = Campaign(
        establishment=place, charter=charter, version=session.scalars(first).one(), starts_on=day_of(begun),
        title=f"Charte commune – {place.name}" if place else "Charte commune – tout le groupement",
        state=CampaignState.RUNNING, launched_at=begun, launched_by=hr.name, created_at=begun,
        sender="La direction du groupement", desk="le bureau des ressources humaines",
        contact="rssi@chva.example, poste 1050", texts=texts_of_model(),
        rules=[CampaignRule.following(DiffusionRule.usual(one)) for one in REACHED],
    )  # fmt: skip
    session.add(campaign)
    session.flush()
    joined = joining.relist(session(), campaign, day_of(begun)).joined
    tell(session(), Verb.LAUNCHED, campaign, people=joined)
    return campaign


def _answer_all(campaign: Campaign, hr: Visitor, dpo: Visitor, days_ago: Callable[[int], int]) -> None:
    """Most answer, each by the way that suits; some are late, a few refuse, one of them confirms later."""
    actor = session.info["actor"]
    pending = (Invitation.campaign_id == campaign.id, Invitation.counts(), Invitation.answer == Answer.PENDING)
    query = invitations().join(Invitation.person).where(*pending)
    for place, one in enumerate(session.scalars(query.order_by(Person.sort_name, Person.id)).all()):
        if _stays_silent(campaign, one, place):
            continue
        at = _day(max(days_ago(place), 0), 7 + place % 11)
        decision = Decision.REFUSED if place % 23 == 11 else Decision.ACCEPTED
        record(one, _act(one, place, decision, at, hr, dpo), at)
        session.info["actor"] = actor
        one.answered_on = day_of(at)


def _stays_silent(campaign: Campaign, one: Invitation, place: int) -> bool:
    user = one.person.user
    tried = user is not None and user.login == LEFT_TO_ANSWER
    recent = campaign.establishment_id is None and one.joined_on > today() - dt.timedelta(days=5)
    return tried or recent or (campaign.establishment_id is None and place % 10 in (3, 7, 8))


def _act(one: Invitation, place: int, decision: Decision, at: dt.datetime, hr: Visitor, dpo: Visitor) -> Act:
    """How somebody answered: her account, her link, or one of the ways without a mailbox in turn."""
    if one.person.user_id is not None:
        return Act(decision, Channel.SIGNED_IN, (Means.PASSWORD, Means.TOTP), at, trace=False)
    if decision is Decision.REFUSED or place % 10 not in (1, 5, 9):
        return Act(decision, Channel.LINK, (Means.LINK,), at, reason=_reason(decision), trace=False)
    if place % 10 == 1:
        means = (Means.STAFF_NUMBER, Means.IDENTITY_SEEN)
        return Act(decision, Channel.KIOSK, means, at, operator=hr.name, trace=False)
    if place % 10 == 5:
        means = (Means.HANDWRITTEN, Means.SECOND_PERSON)
        return Act(
            decision, Channel.PAPER, means, at, operator=hr.name, checked_by=dpo.name, signed_on=day_of(at), trace=False
        )
    told = {"nom_operateur": hr.name, "nom_temoin": "Odile Prévost", "fonction_temoin": "cadre de santé"}
    return Act(
        decision, Channel.ON_BEHALF, (Means.IDENTITY_SEEN, Means.WITNESS), at, told=told, operator=hr.name,
        assistance=Assistance.READING, witness="Odile Prévost (cadre de santé)", trace=False,
    )  # fmt: skip


def _reason(decision: Decision) -> str | None:
    return "Je souhaite d’abord en parler avec le RSSI." if decision is Decision.REFUSED else None


def _end(campaign: Campaign) -> None:
    session.flush()
    campaign.close(day_of(_day(74)), "La date limite est passée ; la campagne du groupement reprend les absents.")


def _note_invitations(campaign: Campaign) -> None:
    """Everyone with an address was written to on the day she joined: the demonstration sends no mail of the past."""
    for one in session.scalars(invitations().where(Invitation.campaign_id == campaign.id)).all():
        if one.person.email:
            session.add(
                Notice(
                    campaign_id=campaign.id, person_id=one.person_id, version_id=one.version_id,
                    kind=NoticeKind.INVITATION, sent_on=one.joined_on,
                )
            )  # fmt: skip


def _leave_open(campaign: Campaign, hr: Visitor) -> None:
    """A kiosk at the desk, and two signed forms that wait for a second person."""
    home = session.scalars(select(Establishment).where(Establishment.code == "CHVA")).one()
    token = tokens.new_token()
    session.add(
        Kiosk(
            establishment=home, campaign=campaign, place="Accueil des ressources humaines", opened_by=hr.name,
            opened_by_id=hr.user_id, digest=tokens.token_digest(token, "kiosk"),
            code_digest=tokens.token_digest(tokens.desk_code(), "desk"), expires_at=now() + dt.timedelta(hours=12),
        )
    )  # fmt: skip
    scan = sheets.form(campaign.version, author_of(campaign.version), today())
    waiting = invitations().where(
        Invitation.campaign_id == campaign.id, Invitation.establishment_id == home.id,
        Invitation.answered_on.is_(None), Invitation.counts(),
    )  # fmt: skip
    for one in session.scalars(waiting.join(Invitation.person).order_by(Person.sort_name).limit(2)).all():
        _enter(one, hr, scan)


def _enter(one: Invitation, hr: Visitor, scan: bytes) -> None:
    paper = PaperForm(
        id=uuid.uuid4(), establishment_id=one.establishment_id, department_id=one.department_id,
        campaign_id=one.campaign_id, person=one.person, version=one.version, signed_on=today(),
        original="Dossier administratif, armoire 4", sha256="", entered_by=hr.name, entered_by_id=hr.user_id,
    )  # fmt: skip
    session.add(paper)
    session.flush()
    upload = files.Upload.of_bytes(scan, "formulaire-signe.pdf")
    paper.sha256 = files.attach(paper, upload, who=hr, title="Formulaire signé", kept=True).sha256
