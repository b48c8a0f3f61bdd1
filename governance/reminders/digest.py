"""The mail of reminders: one for each account, of what she was not told yet, on the day she chose."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update

from governance import mail
from governance.colleagues import Colleague, Colleagues
from governance.database import session
from governance.reminders.lines import Key, Line, lines
from models.journal import Verb, tell
from models.reminders import Moment, ReminderChoice, ReminderTold

SHOWN = 30
"""How many things of a group a mail names; the page shows the rest."""
REMEMBERED = dt.timedelta(days=400)
"""How long it is kept that something was told: longer than any step lasts."""


class _Said(NamedTuple):
    """The row that says at which step somebody was last told of a thing."""

    id: uuid.UUID
    step: int


Said = Mapping[Key, _Said]
Raised = dict[Key, tuple[Line, list[str]]]


def remind(today: dt.date) -> int:
    """Write the mails of a day; gives how many. Asked twice on a day, it writes nothing more."""
    people, said = Colleagues(today), _said()
    choices = {one.user_id: one for one in session.scalars(select(ReminderChoice))}
    letters: list[mail.Letter] = []
    raised: Raised = {}
    for user_id, found in lines(today, people).items():
        news = chosen(found, choices.get(user_id) or ReminderChoice.usual(user_id), said[user_id], today)
        if news:
            letters.append(letter(people.by_id[user_id], news))
            _remember(user_id, news, said[user_id], today)
            _note_raised(raised, people.by_id[user_id], news, said[user_id])
    for line, names in raised.values():
        tell(session(), Verb.ESCALATED, line.due.thing, days=line.days_late, to=", ".join(sorted(names)))
    return mail.queue_many(letters)


def _said() -> dict[uuid.UUID, dict[Key, _Said]]:
    found: dict[uuid.UUID, dict[Key, _Said]] = defaultdict(dict)
    told = ReminderTold
    for row in session.execute(select(told.user_id, told.kind, told.thing_id, told.due_on, told.id, told.step)):
        found[row.user_id][row.kind, row.thing_id, row.due_on] = _Said(row.id, row.step)
    return found


def chosen(found: Iterable[Line], choice: ReminderChoice, said: Said, today: dt.date) -> list[Line]:
    """What is told today to somebody: what is new to her, that she wants or that is imposed, on her day or when it will
    not wait for it."""
    is_day = choice.is_day(today)
    return [
        line
        for line in found
        if (is_day or line.is_pressing)
        and (line.is_required or choice.wants(line.kind.subject))
        and (line.key not in said or line.step < said[line.key].step)
    ]


def _remember(user_id: uuid.UUID, news: Iterable[Line], said: Said, today: dt.date) -> None:
    changed = [{"id": said[one.key].id, "step": one.step, "told_on": today} for one in news if one.key in said]
    fresh = [
        {
            "user_id": user_id,
            "kind": one.kind.key,
            "thing_id": one.due.id,
            "due_on": one.day,
            "step": one.step,
            "told_on": today,
        }
        for one in news
        if one.key not in said
    ]
    if changed:
        session.execute(update(ReminderTold), changed)
    if fresh:
        session.execute(insert(ReminderTold), fresh)


def _note_raised(raised: Raised, colleague: Colleague, news: Iterable[Line], said: Said) -> None:
    """Note what is told for the first time to somebody above: the journal tells it, not each week's repetition."""
    for line in news:
        if line.is_escalated and line.key not in said:
            raised.setdefault(line.key, (line, []))[1].append(colleague.user.name)


def grouped(found: Iterable[Line]) -> list[tuple[Moment, list[Line]]]:
    """The lines by moment, the most pressing first; within one, hers first, then by day."""
    by_moment: dict[Moment, list[Line]] = defaultdict(list)
    for line in sorted(found, key=lambda one: (not one.is_own, one.day, one.kind.title, one.due.title)):
        by_moment[line.moment].append(line)
    return [(moment, by_moment[moment]) for moment in Moment if by_moment[moment]]


def letter(colleague: Colleague, news: Sequence[Line]) -> mail.Letter:
    """The mail that tells somebody of what is new to her."""
    groups = [(moment, found[:SHOWN], len(found) - SHOWN) for moment, found in grouped(news)]
    counts = {moment.value: len(found) for moment, found in grouped(news)}
    subject, body = mail.write("reminders/mail_digest.txt", user=colleague.user, groups=groups, counts=counts)
    return mail.Letter(colleague.user.email, subject, body, _place(news))


def _place(news: Iterable[Line]) -> uuid.UUID | None:
    """The establishment whose administrators follow the mail: the only one it speaks of."""
    places = {line.due.thing.establishment_id for line in news}
    return places.pop() if len(places) == 1 else None


def forget_told(today: dt.date) -> int:
    """Remove what was told so long ago that nothing rests on it any more."""
    old = delete(ReminderTold).where(ReminderTold.told_on < today - REMEMBERED)
    return int(session.execute(old).rowcount)  # type: ignore[attr-defined]
