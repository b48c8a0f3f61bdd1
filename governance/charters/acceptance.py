"""Answers: one per person and version, kept for good with a signed receipt, and told in the same transaction."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import request
from sqlalchemy import Select, Uuid, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from exports import receipts
from exports.receipts import Authentication, CharterTold, Means, PersonTold, Place, Receipt
from governance import signing
from governance.browsers import browser, shortened
from governance.database import session
from governance.installation import identity
from models.base import PARIS, day_of, now, today
from models.charters.acceptance import Acceptance, Assistance, Decision, Trace
from models.charters.campaign import Answer, Campaign, Invitation
from models.charters.charter import CharterVersion
from models.charters.collection import PersonalLink
from models.charters.words import Channel
from models.journal import Actor, Verb, settle, tell
from models.people import Person
from models.vocabulary import N_, Vocabulary
from models.wording import filled

TOLD_AS = {
    Channel.SIGNED_IN: receipts.Channel.ACCOUNT,
    Channel.LINK: receipts.Channel.LINK,
    Channel.KIOSK: receipts.Channel.KIOSK,
    Channel.PAPER: receipts.Channel.PAPER,
    Channel.ON_BEHALF: receipts.Channel.ON_BEHALF,
}
NO_REASON = N_("non précisé")
BY_HERSELF = (Channel.SIGNED_IN, Channel.LINK, Channel.KIOSK)


class Closed(Vocabulary):
    """Why no answer is taken, in words for the person who wanted to give one."""

    LEFT = (
        "left",
        N_("Votre présence dans l’établissement est terminée"),
        N_(
            "D’après l’annuaire, vous n’êtes plus présent : rien ne vous est demandé. En cas d’erreur, prévenez les RH."
        ),
    )
    CAMPAIGN = (
        "campaign",
        N_("Cette demande est close"),
        N_("La campagne est terminée : plus aucune réponse n’y est recueillie. Une question ? Adressez-vous aux RH."),
    )
    REPLACED = (
        "replaced",
        N_("Ce texte vient d’être remplacé"),
        N_("Une nouvelle version a été publiée : elle vous sera présentée sous peu. Rien n’a été enregistré."),
    )


class NotTaken(Exception):
    """The answer cannot be taken; `why` says so to the person."""

    def __init__(self, why: Closed) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Act:
    """How somebody answered: by which way, known by what and since when, and what the sentence names besides her.

    `link`: the one that the answer uses up; `told`: the blanks of the sentence that are not about the person (operator,
    witness); `trace`: whether the request comes from her own browser.
    """

    decision: Decision
    channel: Channel
    means: tuple[Means, ...]
    known_at: dt.datetime
    link: PersonalLink | None = None
    told: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None
    assistance: Assistance | None = None
    operator: str | None = None
    witness: str | None = None
    signed_on: dt.date | None = None
    checked_by: str | None = None
    trace: bool = True


def invitations() -> Select[Invitation]:
    """Invitations with all that an answer needs, in one query: what they ask to read is what their campaign asks."""
    return select(Invitation).options(
        joinedload(Invitation.campaign).joinedload(Campaign.version).undefer(CharterVersion.statements),
        joinedload(Invitation.person).joinedload(Person.department),
        joinedload(Invitation.person).joinedload(Person.establishment),
    )


def closed(invitation: Invitation) -> Closed | None:
    """Why an invitation takes no answer today; None when it does."""
    day, campaign = today(), invitation.campaign
    if not invitation.person.is_present(day):
        return Closed.LEFT
    if campaign.is_running and campaign.version.is_superseded:
        return Closed.REPLACED
    return None if campaign.takes_answers(day) else Closed.CAMPAIGN


_GIVEN = Acceptance.to_version(bindparam("person_id", type_=Uuid()), bindparam("version_id", type_=Uuid()))


def given(person_id: uuid.UUID, version_id: uuid.UUID) -> Acceptance | None:
    """The answer that stands: the confirmation if there is one, else the refusal."""
    with session.no_autoflush:  # what the request is about to write changes nothing that was answered
        found = session.scalars(_GIVEN, {"person_id": person_id, "version_id": version_id}).all()
    return next((one for one in found if one.decision is Decision.ACCEPTED), found[0] if found else None)


def answer(invitation: Invitation, act: Act) -> Acceptance:
    """Keep an answer with its receipt; one given before is given back as it is. Raises NotTaken.

    Two requests at once: the second waits for the first (the chain of the journal is locked), then finds its answer.
    """
    person_id, version_id = invitation.person_id, invitation.version_id
    kept = given(person_id, version_id)
    if kept is not None and (kept.decision is Decision.ACCEPTED or kept.decision is act.decision):
        return kept
    why = closed(invitation)
    if why is not None:
        raise NotTaken(why)
    try:
        return record(invitation, act, now())
    except IntegrityError:
        session.rollback()
        again = given(person_id, version_id)
        if again is None:
            raise
        return again


def record(invitation: Invitation, act: Act, at: dt.datetime) -> Acceptance:
    """Write an answer, its entry in the journal and its receipt; `answer` asks first whether one is taken.

    What can be made ready is, before the chain is locked: everybody who answers meanwhile waits for that lock.
    """
    person, version = invitation.person, invitation.version
    signer, instance = signing.signer(), identity()
    if act.channel in BY_HERSELF:
        session.info["actor"] = Actor(person.user_id, person.name)
    acceptance = Acceptance(
        id=uuid.uuid4(), establishment_id=invitation.establishment_id, person_id=person.id, version_id=version.id,
        decision=act.decision, channel=act.channel, means=[means.value for means in act.means], at=at,
        person_name=person.name, statement=sentence(version, person, act), reason=act.reason,
        assistance=act.assistance, operator_name=act.operator, witness_name=act.witness, signed_on=act.signed_on,
        checked_by=act.checked_by, sha256=version.sha256,
    )  # fmt: skip
    verb = Verb.ACKNOWLEDGED if act.decision is Decision.ACCEPTED else Verb.DECLINED
    title = f"{person.name} – {version.title}, version {version.number}"
    facts = {"version": version.number, "digest": version.sha256, "channel": act.channel.label}
    tell(session(), verb, acceptance, title, **facts, row=acceptance.seal())
    place = settle(session(), acceptance)
    acceptance.seq, acceptance.number = place.seq, f"R-{at.astimezone(PARIS).year}-{place.seq:06}"
    told = _told(acceptance, invitation, act, Place(place.chain, place.seq, place.digest), instance)
    acceptance.receipt = signer.sign(receipts.document(told))
    invitation.state(Answer(act.decision.value), day_of(at))
    if act.link is not None:
        act.link.used_at = at
    session.add(acceptance)
    if act.trace:
        agent = browser(request.user_agent.string)
        session.add(Trace(acceptance=acceptance, at=at, address=shortened(request.remote_addr), agent=agent))
    session.flush()
    return acceptance


def sentence(version: CharterVersion, person: Person, act: Act) -> str:
    """The very sentence that the person agrees to, or by which she refuses, as she reads it."""
    channel = act.channel if act.decision is Decision.ACCEPTED else Channel.REFUSAL
    words = version.statements.get(channel.value, {}).get("statement", "")
    given_reason = act.reason or NO_REASON
    known = {"motif_refus": given_reason, "empreinte_texte": version.sha256}
    return filled(words, {**named(person), **known, **act.told})


def named(person: Person) -> dict[str, str]:
    """What the sentences and mails say of a person, by the names of their blanks."""
    home = person.establishment.name
    return {
        "prenom": person.given_name,
        "nom": person.family_name,
        "fonction": person.function_title or person.kind.label.lower(),
        "service": person.department.name if person.department else home,
        "employeur": person.company or home,
        "adresse_courriel": person.email or "",
        "etablissement": home,
    }


def _told(acceptance: Acceptance, invitation: Invitation, act: Act, place: Place, instance: uuid.UUID) -> Receipt:
    person, version, home = invitation.person, invitation.version, invitation.person.establishment.name
    return Receipt(
        number=acceptance.number,
        instance=instance,
        establishment=home,
        charter=CharterTold(
            version.id, version.title, str(version.number), version.language, version.sha256, version.size
        ),
        statement=acceptance.statement,
        person=PersonTold(person.id, person.name, person.function_title or "", person.company or home, home),
        auth=Authentication(TOLD_AS[act.channel].value, [means.value for means in act.means], act.known_at),
        decision=act.decision.value,
        at=acceptance.at,
        journal=place,
        reason=act.reason or "",
    )
