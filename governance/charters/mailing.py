"""The mails of a campaign: invitation, reminders, escalation, information of a minor version; none twice, in bulk."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, exists, insert, select
from sqlalchemy.orm import aliased

from exports.texts import day, long_day
from governance import mail
from governance.charters import tokens
from governance.charters.acceptance import named
from governance.database import session
from models import base
from models.base import PARIS, day_of, now
from models.charters.acceptance import Acceptance, Decision
from models.charters.campaign import Answer, Campaign, CampaignText, Invitation, Notice, NoticeKind
from models.charters.charter import CharterVersion
from models.charters.collection import LINK_LIFE, PersonalLink
from models.establishments import Department, Establishment
from models.outbox import Message
from models.people import OUTSIDE, Person
from models.vocabulary import N_
from models.wording import blanks_in, filled
from seed.charters import model

CHUNK = 1_000
MANAGER_DELAY = dt.timedelta(days=7)
USED = (
    "invitation", "invitation_external", "new_major_version", "reminder_1", "reminder_2", "reminder_3",
    "escalation_manager", "confirmation_receipt", "minor_version_information", "refusal_recorded",
)  # fmt: skip
DEFAULTS = {
    "duree_lecture": N_("dix minutes"),
    "duree_validite_lien": N_("quarante-cinq jours"),
    "duree_conservation_preuve": N_("la durée de la relation de travail ou du contrat, puis cinq ans"),
    "delai_echange_refus": N_("quinze jours"),
    "referent_contrat": N_("votre correspondant dans l’établissement"),
    "responsable": N_("votre responsable"),
}
"""What stands for a blank of the mails that neither the charter nor the campaign fills."""

REFUSAL_SUBJECT = N_("Charte du système d’information : {nom_personne} ne souhaite pas confirmer")
REFUSAL_BODY = N_(
    "Bonjour {responsable},\n\n{nom_personne} a fait savoir le {date_remise} qu’elle ou il ne souhaite pas confirmer "
    "sa prise de connaissance de la charte du système d’information, version {numero_version}. Son choix est "
    "enregistré, il ne s’efface pas et n’appelle aucune pression.\n\nMerci de proposer un échange dans les "
    "{delai_echange_refus}, avec le RSSI ou le DPO si la personne le souhaite ({contact_rssi}).\n\n{expediteur}"
)


def texts_of_model() -> list[CampaignText]:
    """The mails of the charter model, for a new campaign."""
    found = {row["code"]: row for row in model()["messages"]}
    return [CampaignText(code=code, subject=found[code]["subject"], body=found[code]["body"]) for code in USED]


@dataclass
class Letters:
    """The texts of a campaign, filled for one person after another."""

    campaign: Campaign
    texts: dict[str, CampaignText] = field(init=False)
    common: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.texts = {text.code: text for text in self.campaign.texts}
        self.common = self._common()

    def _common(self) -> dict[str, str]:
        campaign, version = self.campaign, self.campaign.version
        own = {name: value for name, value in campaign.charter.values().items() if value}
        dpo = campaign.establishment.dpo(base.today()).email if campaign.establishment else None
        return {
            **DEFAULTS,
            "contact_dpo": dpo or campaign.contact,
            **own,
            "numero_version": str(version.number),
            "date_entree_vigueur": long_day(version.effective_on),
            "resume_changements": version.note or "",
            "expediteur": campaign.sender,
            "lieu_remise_acces": campaign.desk,
            "contact_rssi": campaign.contact,
            "lien_charte": mail.link("charters.version", identity=version.charter_id, number=version.number),
        }

    def write(self, code: str, values: dict[str, str]) -> tuple[str, str]:
        """(subject, body) of one of the texts."""
        text = self.texts[code]
        known = {**self.common, **values}
        return filled(text.subject, known), filled(text.body, known)

    def receipt(self, code: str, kept: Acceptance) -> tuple[str, str]:
        """The mail that goes with a receipt."""
        there = kept.at.astimezone(PARIS)
        version = mail.link("charters.version", identity=kept.version.charter_id, number=kept.version.number)
        return self.write(
            code,
            {
                **named(kept.person),
                "numero_version": str(kept.version.number),
                "numero_recepisse": kept.number,
                "date_confirmation": there.strftime("%d/%m/%Y à %H:%M"),
                "date_remise": day(there),
                "canal": kept.channel.label,
                "empreinte_texte": kept.sha256,
                "lien_version_confirmee": version,
                "lien_charte": version,
                "lien_acceptation": mail.link("charters.own") if kept.person.user_id else self.campaign.desk,
            },
        )

    def refusal(self, kept: Acceptance, manager: Person) -> tuple[str, str]:
        """What the manager of somebody who refused is told: that, and to offer a talk; not why."""
        values = {
            **self.common,
            "responsable": manager.name,
            "nom_personne": kept.person_name,
            "date_remise": day(day_of(kept.at)),
            "numero_version": str(kept.version.number),
        }
        return filled(REFUSAL_SUBJECT, values), filled(REFUSAL_BODY, values)


def unknown_blanks(campaign: Campaign) -> list[str]:
    """The blanks of the texts of a campaign that nothing fills: they would be read as they are."""
    known = Letters(campaign).common.keys() | _PERSONAL
    return [
        name for name in blanks_in(t for one in campaign.texts for t in (one.subject, one.body)) if name not in known
    ]


_PERSONAL = frozenset(
    {
        "prenom", "nom", "fonction", "service", "employeur", "adresse_courriel", "etablissement", "date_limite",
        "date_envoi", "date_escalade", "date_limite_responsable", "lien_acceptation", "lien_suivi", "responsable",
        "nombre_en_attente", "liste_personnes_en_attente", "numero_recepisse", "date_confirmation", "canal",
        "empreinte_texte", "lien_version_confirmee", "date_remise",
    }
)  # fmt: skip


def letter(written: tuple[str, str], recipient: str, establishment_id: uuid.UUID | None) -> Message:
    """A message for the outbox."""
    subject, body = written
    return Message(
        recipient=recipient, subject=" ".join(subject.split())[:200], body=body.strip() + "\n",
        establishment_id=establishment_id,
    )  # fmt: skip


# What is due


@dataclass(frozen=True)
class Due:
    """A mail to write: to whom, which, and which earlier ones it stands for."""

    row: Any
    kind: NoticeKind
    step: int
    skipped: tuple[int, ...] = ()


def write_due(campaign: Campaign, today: dt.date) -> int:
    """Write what is due today to the persons of a running campaign; gives how many mails."""
    letters, written = Letters(campaign), _written(campaign)
    due = [one for row in session.execute(_pending(campaign, today)) if (one := _next(campaign, row, written, today))]
    earlier = _knew_before(campaign)
    for start in range(0, len(due), CHUNK):
        _write(letters, due[start : start + CHUNK], earlier, today)
    reminded = {one.row.person_id for one in due}
    return len(due) + _escalate(letters, written, reminded, today) + _inform(letters, today)


def _pending(campaign: Campaign, today: dt.date) -> Any:
    head = aliased(Person)
    return (
        select(
            Invitation.person_id, Invitation.version_id, Invitation.establishment_id, Invitation.population,
            Invitation.joined_on, Invitation.due_on, Person.email, Person.user_id, Person.kind, Person.given_name,
            Person.family_name, Person.function_title, Person.company, Establishment.name.label("place"),
            Department.name.label("department"), Person.manager_id, head.email.label("manager_email"),
            (head.given_name + " " + head.family_name).label("manager"),
        )
        .join(Person, Person.id == Invitation.person_id)
        .join(Establishment, Establishment.id == Invitation.establishment_id)
        .outerjoin(Department, Department.id == Invitation.department_id)
        .outerjoin(head, and_(head.id == Person.manager_id, head.is_present(today)))
        .where(
            Invitation.campaign_id == campaign.id, Invitation.answer == Answer.PENDING, Invitation.counts(),
            Person.email.is_not(None),
        )
        .order_by(Person.sort_name, Person.id)
    )  # fmt: skip


def _written(campaign: Campaign) -> set[tuple[uuid.UUID, NoticeKind, int]]:
    """What was written to its persons, by it or by another campaign that runs for the same version: nothing twice."""
    told = select(Notice.person_id, Notice.kind, Notice.step)
    same = and_(Invitation.person_id == Notice.person_id, Invitation.version_id == Notice.version_id)
    elsewhere = told.join(Invitation, same).where(Invitation.campaign_id == campaign.id)
    query = told.where(Notice.campaign_id == campaign.id).union(elsewhere)
    return {(row.person_id, row.kind, row.step) for row in session.execute(query)}


def _next(campaign: Campaign, row: Any, written: set[Any], today: dt.date) -> Due | None:
    """The one mail to write to somebody now: the invitation, else the latest reminder that fell due."""
    if (row.person_id, NoticeKind.INVITATION, 0) not in written:
        return Due(row, NoticeKind.INVITATION, 0)
    rule, age = campaign.rule_of(row.population), (today - row.joined_on).days
    steps = [
        step
        for step, days in enumerate(rule.reminders, start=1)
        if days <= age and (row.person_id, NoticeKind.REMINDER, step) not in written
    ]
    return Due(row, NoticeKind.REMINDER, steps[-1], tuple(steps[:-1])) if steps else None


def _knew_before(campaign: Campaign) -> set[uuid.UUID]:
    """Who acknowledged an earlier version of the charter: she is told what changes."""
    query = (
        select(Acceptance.person_id)
        .join(CharterVersion, CharterVersion.id == Acceptance.version_id)
        .where(CharterVersion.charter_id == campaign.charter_id, Acceptance.decision == Decision.ACCEPTED)
    )
    return set(session.scalars(query))


def _write(letters: Letters, due: list[Due], earlier: set[uuid.UUID], today: dt.date) -> None:
    at, links = now(), []
    messages: list[dict[str, Any]] = []
    notices: list[dict[str, Any]] = []
    for one in due:
        address, kept = _way_in(letters.campaign, one.row, at)
        links += kept
        subject, body = letters.write(_code(one, earlier), _values(letters.campaign, one.row, address, today))
        messages.append(_message(subject, body, one.row.email, one.row.establishment_id, at))
        notices += _notices(letters.campaign, one, messages[-1]["id"], today, at)
    _insert((Message, messages), (PersonalLink, links), (Notice, notices))


def _way_in(campaign: Campaign, row: Any, at: dt.datetime) -> tuple[str, list[dict[str, Any]]]:
    """Where somebody answers: her account, or a personal link made for this very mail."""
    if row.user_id is not None:
        return mail.link("charters.own"), []
    token = tokens.new_token()
    code = tokens.personal_code(campaign.id, row.person_id) if campaign.second_code else None
    kept = {
        "id": uuid.uuid4(),
        "created_at": at,
        "campaign_id": campaign.id,
        "person_id": row.person_id,
        "digest": tokens.token_digest(token, "link"),
        "code_digest": tokens.token_digest(code, "code") if code else None,
        "expires_at": at + LINK_LIFE,
        "used_at": None,
    }
    return mail.link("charters.open_link", token=token), [kept]


def _code(due: Due, earlier: set[uuid.UUID]) -> str:
    if due.kind is NoticeKind.REMINDER:
        return f"reminder_{min(due.step, 3)}"
    if due.row.person_id in earlier:
        return "new_major_version"
    return "invitation_external" if due.row.kind in OUTSIDE else "invitation"


def _values(campaign: Campaign, row: Any, address: str, today: dt.date) -> dict[str, str]:
    rule = campaign.rule_of(row.population)
    escalation = row.joined_on + dt.timedelta(days=rule.escalation_days or rule.deadline_days)
    escalation = max(escalation, today + dt.timedelta(days=1))  # a mail that goes late promises no day that is over
    return {
        "prenom": row.given_name,
        "nom": row.family_name,
        "fonction": row.function_title or "",
        "service": row.department or row.place,
        "employeur": row.company or row.place,
        "adresse_courriel": row.email,
        "etablissement": row.place,
        "date_limite": long_day(row.due_on),
        "date_envoi": long_day(row.joined_on),
        "date_escalade": long_day(escalation),
        "lien_acceptation": address,
        **({"responsable": row.manager} if row.manager else {}),
    }


def _message(subject: str, body: str, to: str, establishment_id: uuid.UUID, at: dt.datetime) -> dict[str, Any]:
    made = letter((subject, body), to, establishment_id)
    return {
        "id": uuid.uuid4(),
        "created_at": at,
        "recipient": made.recipient,
        "subject": made.subject,
        "body": made.body,
        "state": "waiting",
        "tries": 0,
        "establishment_id": establishment_id,
    }


def _notices(campaign: Campaign, due: Due, message_id: uuid.UUID, today: dt.date, at: dt.datetime) -> Iterator[Any]:
    """The notice of a mail, and those of the reminders that it stands for."""
    for step in (*due.skipped, due.step):
        yield _notice(campaign, due.row, due.kind, step, message_id if step == due.step else None, today, at)


def _notice(
    campaign: Campaign, row: Any, kind: NoticeKind, step: int, message_id: uuid.UUID | None, today: dt.date, at: Any
) -> dict[str, Any]:
    return {
        "id": uuid.uuid4(),
        "created_at": at,
        "campaign_id": campaign.id,
        "person_id": row.person_id,
        "version_id": row.version_id,
        "kind": kind,
        "step": step,
        "sent_on": today,
        "message_id": message_id,
    }


def _insert(*tables: tuple[Any, list[dict[str, Any]]]) -> None:
    for table, rows in tables:
        if rows:
            session.execute(insert(table), rows)


# The managers


def _escalate(letters: Letters, written: set[Any], reminded: set[uuid.UUID], today: dt.date) -> int:
    """One mail to each manager with those of her team who did not answer; each person is named to her once.

    A team of which somebody is `reminded` this very day waits: she has until the next one to answer.
    """
    teams: dict[tuple[str, str], list[Any]] = {}
    for row in session.execute(_unanswered(letters.campaign, today)):
        rule = letters.campaign.rule_of(row.population)
        late = rule.escalation_days is not None and (today - row.joined_on).days >= rule.escalation_days
        if late and row.manager_email and (row.person_id, NoticeKind.ESCALATION, 0) not in written:
            teams.setdefault((row.manager_email, row.manager), []).append(row)
    at, messages, notices = now(), [], []
    for (email, manager), rows in teams.items():
        if any(row.person_id in reminded for row in rows):
            continue
        subject, body = letters.write("escalation_manager", _team(letters.campaign, manager, rows, today))
        messages.append(_message(subject, body, email, rows[0].establishment_id, at))
        notices += [
            _notice(letters.campaign, row, NoticeKind.ESCALATION, 0, messages[-1]["id"], today, at) for row in rows
        ]
    _insert((Message, messages), (Notice, notices))
    return len(messages)


def _unanswered(campaign: Campaign, today: dt.date) -> Any:
    """Like `_pending`, with or without an address of her own."""
    head = aliased(Person)
    return (
        select(
            Invitation.person_id, Invitation.version_id, Invitation.establishment_id, Invitation.population,
            Invitation.joined_on, Person.given_name, Person.family_name, head.email.label("manager_email"),
            (head.given_name + " " + head.family_name).label("manager"),
        )
        .join(Person, Person.id == Invitation.person_id)
        .join(head, and_(head.id == Person.manager_id, head.is_present(today)))
        .where(Invitation.campaign_id == campaign.id, Invitation.answer == Answer.PENDING, Invitation.counts())
        .order_by(Person.sort_name, Person.id)
    )  # fmt: skip


def _team(campaign: Campaign, manager: str, rows: list[Any], today: dt.date) -> dict[str, str]:
    return {
        "responsable": manager,
        "nombre_en_attente": str(len(rows)),
        "liste_personnes_en_attente": "\n".join(f"- {row.given_name} {row.family_name}" for row in rows),
        "date_limite_responsable": long_day(today + MANAGER_DELAY),
        "lien_suivi": mail.link("charters.campaign", identity=campaign.id),
    }


# A minor version


def _inform(letters: Letters, today: dt.date) -> int:
    """Tell those who acknowledged the version before that a minor one followed; nothing is asked of them."""
    campaign = letters.campaign
    if campaign.version.is_major:
        return 0
    told = exists().where(
        Notice.person_id == Invitation.person_id,
        Notice.version_id == campaign.version_id,
        Notice.kind == NoticeKind.MINOR,
    )
    query = (
        select(Invitation.person_id, Invitation.establishment_id, Person.email, Person.given_name, Person.family_name)
        .join(Person, Person.id == Invitation.person_id)
        .where(Invitation.campaign_id == campaign.id, Invitation.answer == Answer.ACCEPTED, Invitation.counts(), ~told)
        .where(Invitation.version_id != campaign.version_id, Person.email.is_not(None))
    )
    at, messages, notices = now(), [], []
    for row in session.execute(query):
        subject, body = letters.write("minor_version_information", {"prenom": row.given_name, "nom": row.family_name})
        messages.append(_message(subject, body, row.email, row.establishment_id, at))
        notices.append(
            {
                **_notice(
                    campaign,
                    _Aimed(row.person_id, campaign.version_id),
                    NoticeKind.MINOR,
                    0,
                    messages[-1]["id"],
                    today,
                    at,
                )
            }
        )
    _insert((Message, messages), (Notice, notices))
    return len(messages)


@dataclass(frozen=True)
class _Aimed:
    person_id: uuid.UUID
    version_id: uuid.UUID
