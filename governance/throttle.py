"""The throttle: how often something may be tried, counted in the database, so for all workers and across restarts."""

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.accounts import Tries

FIVE_MINUTES = dt.timedelta(minutes=5)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Throttle:
    """At most so many tries of one thing by one person or place, in each of its windows of time, the shortest first."""

    name: str
    limits: tuple[tuple[int, dt.timedelta], ...]

    def take(self, session: Session, whom: str, at: dt.datetime) -> bool:
        """Count one try, in one statement for each window; whether it is still within every limit."""
        return all(_add_one(session, row, at) <= most for row, most in self._rows(whom, at))

    def give_back(self, session: Session, whom: str, at: dt.datetime) -> None:
        """Uncount the try of that instant: it succeeded."""
        for (bucket, start), _most in self._rows(whom, at):
            session.execute(
                update(Tries)
                .where(Tries.bucket == bucket, Tries.window_start == start, Tries.count > 0)
                .values(count=Tries.count - 1)
            )

    def _rows(self, whom: str, at: dt.datetime) -> list[tuple[tuple[str, dt.datetime], int]]:
        # A digest: people type their password where the login goes, and an address is personal data.
        key = hashlib.sha256(whom.encode("utf-8", "surrogatepass")).hexdigest()
        return [((f"{self.name}/{window}/{key}", _start(at, window)), most) for most, window in self.limits]


# Password: a browser that its owner signed in with before has a count of its own, and only that one.
DEVICE = Throttle("device", ((10, FIVE_MINUTES), (50, DAY)))
ADDRESS = Throttle("address", ((100, FIVE_MINUTES),))
ADDRESS_AND_ACCOUNT = Throttle("address and account", ((10, FIVE_MINUTES),))
ACCOUNT = Throttle("account", ((10, FIVE_MINUTES), (50, DAY)))
# The others: codes, recovery codes, mails for a new password, the present password asked again.
SECOND_FACTOR = Throttle("second factor", ((5, FIVE_MINUTES), (20, HOUR)))
RECOVERY = Throttle("recovery", ((5, HOUR),))
RESET_MAIL = Throttle("reset mail", ((3, HOUR),))
RESET_ADDRESS = Throttle("reset address", ((20, HOUR),))
# Charters: the code that goes with a personal link, and who says who she is at a kiosk.
LINK_CODE = Throttle("link code", ((10, HOUR),))
DESK = Throttle("desk", ((20, FIVE_MINUTES),))
PASSWORD_AGAIN = Throttle("password again", ((10, FIVE_MINUTES),))


@dataclass
class Attempt:
    """One try, counted under several throttles before anyone knows its outcome; given back when it succeeds."""

    at: dt.datetime
    counted: list[tuple[Throttle, str]] = field(default_factory=list)

    def within(self, session: Session, throttle: Throttle, whom: str) -> bool:
        """Count it under one more throttle; whether that one lets it pass. `session` must outlive a refusal (aside)."""
        self.counted.append((throttle, whom))
        return throttle.take(session, whom, self.at)

    def succeeded(self, session: Session) -> None:
        """Give it back everywhere: only failures count in the end."""
        for throttle, whom in self.counted:
            throttle.give_back(session, whom, self.at)


def forget(session: Session, before: dt.datetime) -> int:
    """Remove the counts of windows begun before an instant; how many."""
    done: Any = session.execute(delete(Tries).where(Tries.window_start < before))
    return int(done.rowcount)


def _start(at: dt.datetime, window: dt.timedelta) -> dt.datetime:
    seconds = int(window.total_seconds())
    return dt.datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, dt.UTC)


def _add_one(session: Session, row: tuple[str, dt.datetime], at: dt.datetime) -> int:
    """The count after adding one, atomically: two workers never read the same."""
    dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    bucket, start = row
    statement = dialect.insert(Tries).values(bucket=bucket, window_start=start, count=1, created_at=at)
    return int(
        session.scalars(
            statement.on_conflict_do_update(
                index_elements=[Tries.bucket, Tries.window_start], set_={"count": Tries.count + 1}
            ).returning(Tries.count)
        ).one()
    )
