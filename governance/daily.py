"""The night jobs: each is a function of the day, says what it dealt with, and can be run again without harm."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, or_, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from governance import checkpoints, files, mail, signing, verification
from governance.accounts import operations as accounts
from governance.charters import queries as charters
from governance.charters import receipts, running
from governance.database import session, transaction
from governance.hopen import packs
from governance.policy import reminders as policy_reminders
from governance.positions import searching
from governance.risks import reminders as risk_reminders
from models.accounts import RoleGrant, User
from models.base import PARIS, now
from models.charters.verification import Verification
from models.establishments import Establishment
from models.hopen.upkeep import Upkeep
from models.imports import BatchState, ImportBatch
from models.inventory.application import Application
from models.inventory.indicators import SHOWN, standing
from models.jobs import JobRun
from models.journal import Actor
from models.notices.notice import PatientNotice
from models.notices.standing import revised
from models.notices.tool import InformationTool
from models.outbox import Delivery, Message
from models.people import Person
from models.permissions import Role
from models.plan import Action
from models.positions.nomination import Nomination
from models.register.activity import Activity
from models.register.processor import HDS_ALERT, Processor
from models.register.words import Status
from models.rights import DataSubjectRequest
from models.vocabulary import N_

NIGHT = Actor(None, "tâches de la nuit")
KEEP_PAYLOADS = dt.timedelta(days=30)
KEEP_MESSAGES = dt.timedelta(days=90)


@dataclass(frozen=True)
class Job:
    """`run` does the work of a day and gives how many things it dealt with; `sentence` says what it is."""

    name: str
    sentence: str
    run: Callable[[dt.date], int]


def remind_of_reviews(today: dt.date) -> int:
    """On the first of the month, tell each DPO which records are past their review date."""
    return _tell_keepers("register/mail_reviews.txt", _overdue(today), today) if today.day == 1 else 0


def remind_of_certificates(today: dt.date) -> int:
    """On the first of the month, tell each DPO which hosting certificates end within 90 days, or did."""
    return _tell_keepers("register/mail_certificates.txt", _expiring(today), today) if today.day == 1 else 0


def remind_of_checks(today: dt.date) -> int:
    """On the first of the month, tell each DPO which checks that the charters are applied are to be made again."""
    return _tell_keepers("charters/mail_checks.txt", _late_checks(today), today) if today.day == 1 else 0


def _late_checks(today: dt.date) -> dict[Establishment, list[Verification]]:
    found: dict[Establishment, list[Verification]] = {}
    for one in charters.due(true()):
        if one.is_late(today):
            found.setdefault(one.verification.establishment, []).append(one.verification)
    return found


def remind_of_information(today: dt.date) -> int:
    """Each Monday, tell each DPO which notices are to be revised and which of their tools are to be checked."""
    if today.weekday() != 0:
        return 0
    stale = session.scalars(select(PatientNotice).where(PatientNotice.id.in_(revised(session(), true(), today))))
    found: dict[Establishment, list[tuple[str, str]]] = {}
    for notice in stale:
        found.setdefault(notice.establishment, []).append((N_("Notice à réviser"), notice.title))
    for tool in session.scalars(select(InformationTool).where(InformationTool.late(today))):
        found.setdefault(tool.establishment, []).append((N_("Support à vérifier"), tool.title))
    return _tell_keepers("notices/mail_information.txt", found, today)


def remind_of_requests(today: dt.date) -> int:
    """On Mondays and the day before a deadline, tell each DPO which requests of data subjects wait for an answer."""
    tomorrow = today + dt.timedelta(days=1)
    found: dict[Establishment, list[DataSubjectRequest]] = {}
    query = select(DataSubjectRequest).where(DataSubjectRequest.pressing(today)).order_by(DataSubjectRequest.due_on)
    for one in session.scalars(query):
        found.setdefault(one.establishment, []).append(one)
    due = {
        place: asked
        for place, asked in found.items()
        if today.weekday() == 0 or any(one.due_on in (today, tomorrow) for one in asked)
    }
    return _tell_keepers("notices/mail_requests.txt", due, today)


def _overdue(today: dt.date) -> dict[Establishment, list[Activity]]:
    query = select(Activity).where(Activity.review_on < today, Activity.status != Status.ARCHIVED)
    found: dict[Establishment, list[Activity]] = {}
    for activity in session.scalars(query.order_by(Activity.review_on)):
        found.setdefault(activity.establishment, []).append(activity)
    return found


def _expiring(today: dt.date) -> dict[Establishment, list[Processor]]:
    ends = func.coalesce(Processor.hds_expires_on, today) <= today + HDS_ALERT
    found: dict[Establishment, list[Processor]] = {}
    for processor in session.scalars(select(Processor).where(Processor.hosts_health_data.is_(True), ends)):
        found.setdefault(processor.establishment, []).append(processor)
    return found


def _tell_keepers(
    template: str,
    found: Mapping[Establishment, Sequence[object]],
    today: dt.date,
    roles: Sequence[Role] = (Role.DPO,),
) -> int:
    count = 0
    for establishment, things in found.items():
        for keeper in _keepers(establishment, today, roles):
            mail.queue(
                keeper.email, template, place=establishment.id, user=keeper, establishment=establishment, things=things
            )
            count += 1
    return count


ALERTS = ("decision-en-retard", "engagement-depasse", "mesures-a-echeance")
"""The questions about the inventory that its keepers are reminded of."""


def alert_of_applications(today: dt.date) -> int:
    """Each Monday, tell the IT department and the RSSI which decisions, commitments and containments are waiting."""
    if today.weekday() != 0:
        return 0
    found: dict[Establishment, list[tuple[str, list[Application]]]] = {}
    for question in (one for one in SHOWN if one.key in ALERTS):
        by_place: dict[Establishment, list[Application]] = {}
        query = standing(Application).where(question.rule(today)).order_by(Application.reference)
        for application in session.scalars(query):
            by_place.setdefault(application.establishment, []).append(application)
        for establishment, applications in by_place.items():
            found.setdefault(establishment, []).append((question.title, applications))
    return _tell_keepers("inventory/mail_alerts.txt", found, today, (Role.IT, Role.RSSI))


def _keepers(establishment: Establishment, today: dt.date, roles: Sequence[Role]) -> list[User]:
    """Who holds one of `roles` in an establishment, each once."""
    held = RoleGrant.in_force(today).where(
        RoleGrant.role.in_(roles),
        (RoleGrant.establishment_id == establishment.id) | RoleGrant.establishment_id.is_(None),
    )
    people = session.scalars(
        select(User).where(User.id.in_(held.with_only_columns(RoleGrant.user_id)), User.disabled_at.is_(None))
    )
    return list(people)


def remind_of_policy(today: dt.date) -> int:
    """Tell each RSSI which derogations end, and each month which reviews, audits and meetings are due."""
    return _tell_keepers("policy/mail_reminders.txt", policy_reminders.reminders(today), today, (Role.RSSI,))


def remind_of_risks(today: dt.date) -> int:
    """On the first of the month, tell each RSSI which analyses, scenarios and acceptances are to be looked at again."""
    return _tell_keepers("risks/mail_reminders.txt", risk_reminders.reminders(today), today, (Role.RSSI,))


def propose_departures(today: dt.date) -> int:
    """When contracts ended the day before, and each Monday while some wait, tell HR which departures to confirm."""
    found: dict[Establishment, list[Person]] = {}
    for person in session.scalars(select(Person).where(Person.contract_has_ended(today)).order_by(Person.sort_name)):
        found.setdefault(person.establishment, []).append(person)
    yesterday = today - dt.timedelta(days=1)
    fresh = {
        place: people
        for place, people in found.items()
        if today.weekday() == 0 or any(one.contract_ends_on == yesterday for one in people)
    }
    return _tell_keepers("people/mail_contracts.txt", fresh, today, (Role.HR,))


def remind_of_terms(today: dt.date) -> int:
    """Each Monday, tell HR and the DPO which missions come to their end, and which DPOs CNIL does not know yet."""
    if today.weekday() != 0:
        return 0
    found: dict[Establishment, list[Nomination]] = {}
    pressing = or_(Nomination.ends_soon(today), Nomination.awaits_cnil(today))
    for one in session.scalars(Nomination.whole().where(pressing).order_by(Nomination.ends_on, Nomination.title)):
        found.setdefault(one.establishment, []).append(one)
    return _tell_keepers("positions/mail_terms.txt", found, today, (Role.HR, Role.DPO))


def erase_applications(today: dt.date) -> int:
    """Erase the applications of searches closed for longer than the period that the hospital set."""
    return searching.erase_due(today)


def forget_tries(today: dt.date) -> int:
    """Remove what sign-in no longer needs: old counts, ended sessions and used links."""
    return accounts.forget(session(), now())


def empty_old_imports(today: dt.date) -> int:
    """What was read of a file and never confirmed goes after 30 days; the report stays."""
    old = ImportBatch.created_at < now() - KEEP_PAYLOADS
    waiting = ImportBatch.state.in_((BatchState.READ, BatchState.CHECKED))
    batches = session.scalars(select(ImportBatch).where(old, waiting)).all()
    for batch in batches:
        batch.state, batch.payload = BatchState.ABANDONED, None
    return len(batches)


def forget_messages(today: dt.date) -> int:
    """Messages sent long ago go."""
    sent = (Message.state == Delivery.SENT) & (Message.sent_at < now() - KEEP_MESSAGES)
    return int(session.execute(delete(Message).where(sent)).rowcount)  # type: ignore[attr-defined]


def check_journal(today: dt.date) -> int:
    """Verify every chain of the journal; raises when one is broken, which the command then says."""
    report = verification.verify(session.connection(), signing.trusted_keys())
    if report.status:
        raise Failed(N_("Le journal ne tient plus : %s") % " ".join(report.sentences))
    return 0


def take_checkpoints(today: dt.date) -> int:
    """Sign where each chain of the journal stands, and mail it to the DPOs and RSSIs; counts the chains."""
    try:
        made = checkpoints.take()
    except (checkpoints.Inconsistent, signing.SigningKeyMissing) as refused:
        raise Failed(str(refused)) from refused
    checkpoints.tell(made)
    return len(made)


def keep_checkpoints(today: dt.date) -> int:
    """Append the signed checkpoints to the file kept outside; counts the lines."""
    try:
        return checkpoints.keep_outside(now())
    except OSError as fault:
        raise Failed(N_("Les jalons n’ont pas pu être écrits : %s.") % fault) from fault


class Failed(RuntimeError):
    """A job could not be done today, and will be tried again at the next call; the message is a French sentence."""


def remind_of_own_actions(today: dt.date) -> int:
    """On Mondays, tell each person once which of her actions are late, and which are due within a week."""
    if today.weekday() != 0:
        return 0
    pressing = or_(Action.late(today), Action.soon(today))
    query = select(Action).where(pressing).options(joinedload(Action.owner), joinedload(Action.person))
    found: dict[str, list[Action]] = {}
    for action in session.scalars(query.order_by(Action.due_on, Action.title)):
        if action.address and not (action.owner and action.owner.is_disabled):
            found.setdefault(action.address, []).append(action)
    for address, actions in found.items():
        late = [one for one in actions if one.is_late(today)]
        soon = [one for one in actions if not one.is_late(today)]
        mail.queue(address, "plan/mail_digest.txt", name=actions[0].owner_name, late=late, soon=soon)
    return len(found)


def purge_attachments(today: dt.date) -> int:
    """Erase the files of attachments removed 30 days ago, and those that no attachment names."""
    return files.purge()


def check_files(today: dt.date) -> int:
    """Read every attachment's file; raises when one is missing or altered, which the command then says."""
    faults = list(files.faults())
    if faults:
        raise Failed(N_("Des pièces ne sont plus ce qu’elles étaient : %s") % " ".join(map(str, faults)))
    return 0


def run_campaigns(today: dt.date) -> int:
    """Bring the running campaigns up to date with the directory and the charters, and write the mails that are due."""
    return running.run_campaigns(today)


def post_receipts(today: dt.date) -> int:
    """Write the mails of the answers that have none yet, their receipts enclosed."""
    return receipts.post_receipts()


def forget_traces(today: dt.date) -> int:
    """Remove the addresses and browsers kept for a year beside the answers to charters."""
    return receipts.forget_traces(now())


def remind_of_upkeep(today: dt.date) -> int:
    """On Mondays, tell the RSSI and the IT department what is to be held, updated, tested or taken within a month."""
    if today.weekday() != 0:
        return 0
    found: dict[Establishment, list[Upkeep]] = {}
    for one in session.scalars(Upkeep.pressing(today).options(joinedload(Upkeep.establishment))):
        found.setdefault(one.establishment, []).append(one)
    return _tell_keepers("hopen/mail_upkeep.txt", found, today, (Role.IT, Role.RSSI))


def forget_packs(today: dt.date) -> int:
    """Erase the zips of packs of evidence made six months ago."""
    return packs.forget_packs()


JOBS = (
    Job("campaigns", N_("courriels de campagne préparés"), run_campaigns),
    Job("receipts", N_("reçus préparés"), post_receipts),
    Job("traces", N_("traces de réponse effacées"), forget_traces),
    Job("reviews", N_("rappels de revue"), remind_of_reviews),
    Job("certificates", N_("rappels de certificats HDS"), remind_of_certificates),
    Job("departures", N_("fins de contrat à confirmer"), propose_departures),
    Job("charter checks", N_("rappels de vérification des chartes"), remind_of_checks),
    Job("policy", N_("rappels de PSSI"), remind_of_policy),
    Job("risks", N_("rappels d’analyse de risques"), remind_of_risks),
    Job("information", N_("rappels sur l’information des patients"), remind_of_information),
    Job("requests", N_("rappels de demandes de droits"), remind_of_requests),
    Job("actions", N_("rappels d’actions"), remind_of_own_actions),
    Job("applications", N_("rappels d’applications"), alert_of_applications),
    Job("terms", N_("rappels de fin de mission"), remind_of_terms),
    Job("applications_to_posts", N_("candidatures effacées"), erase_applications),
    Job("tries", N_("traces de connexion effacées"), forget_tries),
    Job("imports", N_("imports abandonnés"), empty_old_imports),
    Job("messages", N_("courriels effacés"), forget_messages),
    Job("upkeep", N_("rappels de suivis"), remind_of_upkeep),
    Job("packs", N_("dossiers de preuves effacés"), forget_packs),
    Job("purge", N_("pièces retirées effacées"), purge_attachments),
    Job("checkpoints", N_("chaînes attestées"), take_checkpoints),
    Job("checkpoints_file", N_("jalons gardés au dehors"), keep_checkpoints),
    Job("journal", N_("journal vérifié"), check_journal),
    Job("files", N_("pièces vérifiées"), check_files),
)


def run(today: dt.date | None = None) -> list[tuple[Job, int | None]]:
    """Each job with its count, or None when it was done before on that day. Each has a transaction of its own.

    Raises Failed, after the others were done, with what each job that failed says.
    """
    day = today or now().astimezone(PARIS).date()
    done: list[tuple[Job, int | None]] = []
    complaints: list[str] = []
    for job in JOBS:
        try:
            done.append((job, _once(job, day)))
        except Failed as failed:
            complaints.append(str(failed))
    if complaints:
        raise Failed("\n".join(complaints))
    return done


def _once(job: Job, day: dt.date) -> int | None:
    try:
        with transaction(NIGHT) as opened:
            opened.add(mark := JobRun(name=job.name, day=day))
            opened.flush()
            mark.count = job.run(day)
            return mark.count
    except IntegrityError:
        return None
