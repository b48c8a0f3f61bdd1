"""The night jobs: each is a function of the day, says what it dealt with, and can be run again without harm."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from governance import checkpoints, disk, files, mail, signing, verification
from governance.accounts import operations as accounts
from governance.charters import receipts, running
from governance.database import reading_aside, session, transaction
from governance.hopen.packs import keeping as packs
from governance.positions import searching
from governance.reminders import digest
from models.base import now, today
from models.imports import BatchState, ImportBatch
from models.jobs import JobRun
from models.journal import Actor
from models.outbox import Delivery, Message
from models.plan import Action
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


def remind(today: dt.date) -> int:
    """Tell each account, in one mail, of the dated things of the house that concern her and are new to her."""
    return digest.remind(today)


def forget_reminders(today: dt.date) -> int:
    """Remove what is kept of reminders made long ago."""
    return digest.forget_told(today)


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
    keys = signing.trusted_keys()
    with reading_aside() as other:
        report = verification.verify(other.connection(), keys)
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
        raise Failed(N_("Les jalons n’ont pas pu être écrits : %s.") % disk.reason(fault)) from fault


class Failed(RuntimeError):
    """A job could not be done today, and will be tried again at the next call; the message is a French sentence."""


def remind_of_own_actions(today: dt.date) -> int:
    """On Mondays, tell each person without an account once which of her actions are late, or due within a week."""
    if today.weekday() != 0:
        return 0
    pressing = or_(Action.late(today), Action.soon(today)), Action.owner_id.is_(None)
    query = select(Action).where(*pressing).options(joinedload(Action.person))
    found: dict[str, list[Action]] = {}
    for action in session.scalars(query.order_by(Action.due_on, Action.title)):
        if action.address:
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
    faults = files.faults()
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


def forget_packs(today: dt.date) -> int:
    """Erase the zips of packs of evidence made six months ago."""
    return packs.forget_packs()


JOBS = (
    Job("campaigns", N_("courriels de campagne préparés"), run_campaigns),
    Job("receipts", N_("reçus préparés"), post_receipts),
    Job("traces", N_("traces de réponse effacées"), forget_traces),
    Job("reminders", N_("courriels de rappel"), remind),
    Job("actions", N_("rappels d’actions aux personnes sans compte"), remind_of_own_actions),
    Job("told", N_("traces de rappel effacées"), forget_reminders),
    Job("applications_to_posts", N_("candidatures effacées"), erase_applications),
    Job("tries", N_("traces de connexion effacées"), forget_tries),
    Job("imports", N_("imports abandonnés"), empty_old_imports),
    Job("messages", N_("courriels effacés"), forget_messages),
    Job("packs", N_("dossiers de preuves effacés"), forget_packs),
    Job("purge", N_("pièces retirées effacées"), purge_attachments),
    Job("checkpoints", N_("chaînes attestées"), take_checkpoints),
    Job("checkpoints_file", N_("jalons gardés au dehors"), keep_checkpoints),
    Job("journal", N_("journal vérifié"), check_journal),
    Job("files", N_("pièces vérifiées"), check_files),
)


def run(on: dt.date | None = None) -> list[tuple[Job, int | None]]:
    """Each job with its count, or None when it was done before on that day. Each has a transaction of its own.

    Raises Failed, after the others were done, with what each job that failed says.
    """
    day = on or today()
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
