"""The directory of persons: who works in or for an establishment, whether or not they have an account.

It keeps what reaching somebody and proving an acceptance take, and nothing else (GDPR, art. 5(1)(c)): no birth date, no
national number (NIR), no private address. Two namesakes are told apart by their employee number, department or company.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    and_,
    event,
    func,
    inspect,
    or_,
    select,
)
from sqlalchemy.ext.hybrid import hybrid_method
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import User
from models.base import Base, Code, Record, Short
from models.establishments import Department, Establishment
from models.journal import Journaled
from models.rules import RuleBroken
from models.search import Searchable, fold
from models.vocabulary import N_, Vocabulary, vocabulary

NEWCOMER_FOR = dt.timedelta(days=30)
"""How long after the arrival somebody counts as a newcomer (proposal of the domain note, 7.3: the usual deadline)."""

CONTRACT_ALERT = dt.timedelta(days=60)
"""How long before its end a contract is called to mind."""

YEARS_KEPT = 5
"""How many years after the departure a record still proves an acceptance (domain note, 7.4: relation + 5 years;
C. civ. 2224 for the limitation period; to be confirmed by the DPO of each establishment)."""


class PersonKind(Vocabulary):
    """In what quality somebody works here. A newcomer is no kind: it is derived from the arrival."""

    STAFF = "staff", N_("Personnel")
    LIBERAL = "liberal", N_("Praticien libéral")
    STUDENT = "student", N_("Étudiant ou stagiaire")
    TEMPORARY = "temporary", N_("Intérimaire ou remplaçant")
    VOLUNTEER = "volunteer", N_("Bénévole")
    CONTRACTOR = "contractor", N_("Prestataire")
    SUPPLIER = "supplier", N_("Fournisseur")


OUTSIDE = (PersonKind.CONTRACTOR, PersonKind.SUPPLIER)
"""The kinds that work for a company, which must be named."""


class DepartureReason(Vocabulary):
    """Why somebody is no longer here, said without detail: the rest belongs to the personnel file."""

    CONTRACT_ENDED = "contract_ended", N_("Fin de contrat, de mission ou de stage")
    TRANSFERRED = "transferred", N_("Mutation ou départ vers un autre établissement")
    RETIRED = "retired", N_("Départ à la retraite")
    NOT_IN_FILE = "not_in_file", N_("Absent du fichier des ressources humaines")
    OTHER = "other", N_("Autre départ")


class Standing(Vocabulary):
    """Where somebody stands on a day, as lists show it."""

    HERE = "here", N_("En poste")
    NEW = "new", N_("Arrivée récente")
    EXPECTED = "expected", N_("Arrivée à venir")
    OVER = "over", N_("Contrat échu")
    LEFT = "left", N_("Départ enregistré")


SORT_LENGTH = 200


def _orders(typed: str) -> set[str]:
    """A name as `sort_name` keeps it, whichever of its words begin the family name."""
    words = fold(typed).split()[:8]
    return {" ".join(words[cut:] + words[:cut]) for cut in range(len(words) or 1)}


def _sort_name(context: Any) -> str:
    """Family name then given name without accents nor case: how a directory is ordered, on both databases."""
    values = context.get_current_parameters()
    return fold(f"{values['family_name']} {values['given_name']}")[:SORT_LENGTH]


# Questions asked of a record or in SQL alike: `person.is_present(on)`, `select(Person).where(Person.is_present(on))`


def in_sql(rows: Callable[[Any, dt.date], ColumnElement[bool]]) -> Callable[..., hybrid_method[[dt.date], bool]]:
    """Pair a yes-or-no question of a record, on a day, with its answer in SQL, given by `rows`."""
    return lambda method: hybrid_method(method, rows)


def _present(cls: Any, on: dt.date) -> ColumnElement[bool]:
    arrived = or_(cls.arrived_on.is_(None), cls.arrived_on <= on)
    return and_(cls.merged_into_id.is_(None), arrived, or_(cls.left_on.is_(None), cls.left_on >= on))


def _gone(cls: Any, on: dt.date) -> ColumnElement[bool]:
    return and_(cls.merged_into_id.is_(None), cls.left_on < on)


def _newcomer(cls: Any, on: dt.date) -> ColumnElement[bool]:
    return and_(_present(cls, on), cls.arrived_on > on - NEWCOMER_FOR)


def _contract_over(cls: Any, on: dt.date) -> ColumnElement[bool]:
    return and_(cls.merged_into_id.is_(None), cls.left_on.is_(None), cls.contract_ends_on < on)


def _contract_ending(cls: Any, on: dt.date) -> ColumnElement[bool]:
    return and_(_present(cls, on), cls.contract_ends_on.between(on, on + CONTRACT_ALERT))


class Person(Journaled, Searchable, Record):
    """Somebody who works in or for one establishment. The same human may be a person of two of them.

    `left_on` is the last day of presence. A record merged into another stays, as it was, behind `merged_into_id`: what
    cannot move (an acceptance) goes on naming it. `of_same_human` gives the identities to look under.
    """

    __tablename__ = "person"
    journal_name = N_("Personne")

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    department_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("department.id"), index=True, info={"label": N_("Service"), "named": "department"}
    )
    kind: Mapped[PersonKind] = mapped_column(
        vocabulary(PersonKind), default=PersonKind.STAFF, info={"label": N_("Catégorie")}
    )
    family_name: Mapped[Short] = mapped_column(info={"label": N_("Nom")})
    given_name: Mapped[Short] = mapped_column(info={"label": N_("Prénom")})
    email: Mapped[Short | None] = mapped_column(index=True, info={"label": N_("Adresse électronique")})
    phone: Mapped[Code | None] = mapped_column(info={"label": N_("Téléphone")})
    employee_number: Mapped[Code | None] = mapped_column(info={"label": N_("Matricule")})
    function_title: Mapped[Short | None] = mapped_column(info={"label": N_("Fonction")})
    company: Mapped[Short | None] = mapped_column(info={"label": N_("Société")})
    manager_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("person.id"), index=True, info={"label": N_("Responsable"), "named": "manager"}
    )
    arrived_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Date d’arrivée")})
    contract_ends_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Fin de contrat")})
    left_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Dernier jour de présence")})
    departure_reason: Mapped[DepartureReason | None] = mapped_column(
        vocabulary(DepartureReason), info={"label": N_("Motif du départ")}
    )
    user_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("user.id"), index=True, info={"label": N_("Compte"), "named": "user"}
    )
    merged_into_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("person.id"), index=True, info={"label": N_("Fusionnée avec"), "named": "merged_into"}
    )
    sort_name: Mapped[str] = mapped_column(String(SORT_LENGTH), default=_sort_name, info={"derived": True})
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment] = relationship()
    department: Mapped[Department | None] = relationship()
    manager: Mapped["Person | None"] = relationship(foreign_keys=[manager_id], remote_side="Person.id")
    user: Mapped[User | None] = relationship()
    merged_into: Mapped["Person | None"] = relationship(foreign_keys=[merged_into_id], remote_side="Person.id")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute
    __table_args__ = (
        Index(
            "uq_person_establishment_id_employee_number", "establishment_id", "employee_number", unique=True,
            sqlite_where=merged_into_id.is_(None), postgresql_where=merged_into_id.is_(None),
        ),
        Index(
            "uq_person_establishment_id_user_id", "establishment_id", "user_id", unique=True,
            sqlite_where=merged_into_id.is_(None), postgresql_where=merged_into_id.is_(None),
        ),
        CheckConstraint("kind NOT IN ('contractor', 'supplier') OR company IS NOT NULL", name="outside_has_company"),
        CheckConstraint(
            "contract_ends_on IS NULL OR arrived_on IS NULL OR contract_ends_on >= arrived_on",
            name="contract_ends_after_arrival",
        ),
        CheckConstraint("left_on IS NULL OR arrived_on IS NULL OR left_on >= arrived_on", name="leaves_after_arrival"),
        CheckConstraint("(left_on IS NULL) = (departure_reason IS NULL)", name="departure_has_reason"),
        CheckConstraint("manager_id <> id", name="not_own_manager"),
        CheckConstraint("merged_into_id <> id", name="not_merged_into_itself"),
        Index("ix_person_list", "establishment_id", "sort_name"),
        Index("ix_person_left_on", "establishment_id", "left_on"),
        Index("ix_person_contract_ends_on", "establishment_id", "contract_ends_on"),
        Index("ix_person_company", "establishment_id", "company"),
    )  # fmt: skip

    # What the record says of itself

    @property
    def name(self) -> str:
        """As one is called: given name first."""
        return f"{self.given_name} {self.family_name}"

    @property
    def is_outside(self) -> bool:
        return self.kind in OUTSIDE

    @in_sql(_present)
    def is_present(self, on: dt.date) -> bool:
        """Whether the person is here on a day: arrived (or the arrival is not known), and not gone before that day."""
        return (
            self.merged_into_id is None
            and (self.arrived_on is None or self.arrived_on <= on)
            and (self.left_on is None or self.left_on >= on)
        )

    @in_sql(_gone)
    def has_left(self, on: dt.date) -> bool:
        """Whether the last day of presence lies before a day."""
        return self.merged_into_id is None and self.left_on is not None and self.left_on < on

    @in_sql(_newcomer)
    def is_newcomer(self, on: dt.date) -> bool:
        """Whether the person is here and arrived (or came back) in the last NEWCOMER_FOR days."""
        return self.is_present(on) and self.arrived_on is not None and self.arrived_on > on - NEWCOMER_FOR

    @in_sql(_contract_over)
    def contract_has_ended(self, on: dt.date) -> bool:
        """Whether the contract ended before a day and no departure was said: something to settle."""
        return (
            self.merged_into_id is None
            and self.left_on is None
            and self.contract_ends_on is not None
            and self.contract_ends_on < on
        )

    @in_sql(_contract_ending)
    def contract_ends_soon(self, on: dt.date) -> bool:
        """Whether the person is here and the contract ends within CONTRACT_ALERT."""
        return (
            self.is_present(on)
            and self.contract_ends_on is not None
            and on <= self.contract_ends_on <= on + CONTRACT_ALERT
        )

    @property
    def kept_until(self) -> dt.date | None:
        """The last day on which a leaver's record still serves (YEARS_KEPT); None for who is still here."""
        if self.left_on is None:
            return None
        year = self.left_on.year + YEARS_KEPT
        return dt.date(year, 2, 28) if (self.left_on.month, self.left_on.day) == (2, 29) else self.left_on.replace(year)

    def standing(self, on: dt.date) -> Standing:
        """Where the person stands on a day, the first of these that holds: gone, expected, contract over, new, here."""
        questions = ((self.has_left, Standing.LEFT), (self.contract_has_ended, Standing.OVER))
        found = next((standing for question, standing in questions if question(on)), None)
        if found is None and not self.is_present(on):
            return Standing.EXPECTED
        return found or (Standing.NEW if self.is_newcomer(on) else Standing.HERE)

    # Rules and transitions

    def check(self) -> None:
        """Raises RuleBroken when the facts cannot be: a company missing, or dates in the wrong order."""
        if self.is_outside and not self.company:
            raise RuleBroken("company", N_("Indiquez la société de ce prestataire ou fournisseur."))
        if self.arrived_on and self.contract_ends_on and self.contract_ends_on < self.arrived_on:
            raise RuleBroken("contract_ends_on", N_("Le contrat ne peut pas finir avant l’arrivée."))
        if self.arrived_on and self.left_on and self.left_on < self.arrived_on:
            raise RuleBroken("arrived_on", N_("L’arrivée ne peut pas suivre le dernier jour de présence."))

    def place_under(self, manager: "Person | None") -> None:
        """Name the manager. Raises RuleBroken("manager") for another establishment's, or a circle of managers."""
        if manager and (manager.establishment_id != self.establishment_id or manager.merged_into_id):
            raise RuleBroken("manager", N_("Choisissez un responsable du même établissement."))
        above = manager
        while above is not None:
            if above is self:
                raise RuleBroken("manager", N_("Cette personne serait, de proche en proche, sa propre responsable."))
            above = above.manager
        self.manager = manager

    def leave(self, on: dt.date, reason: DepartureReason) -> None:
        """Say the last day of presence. Raises RuleBroken when it was said before, or lies before the arrival."""
        if self.left_on:
            raise RuleBroken("left_on", N_("Le départ de cette personne est déjà enregistré."))
        if self.arrived_on and on < self.arrived_on:
            raise RuleBroken("left_on", N_("Le départ ne peut pas précéder l’arrivée."))
        self.left_on, self.departure_reason = on, reason

    def come_back(self, on: dt.date) -> None:
        """Begin a new presence on a day; the former dates stay in the journal. Raises RuleBroken unless she left."""
        if self.left_on is None:
            raise RuleBroken("arrived_on", N_("Le départ de cette personne n’est pas enregistré."))
        if on <= self.left_on:
            raise RuleBroken("arrived_on", N_("Le retour doit suivre le dernier jour de présence."))
        self.arrived_on, self.left_on, self.departure_reason, self.contract_ends_on = on, None, None, None

    def cancel_departure(self) -> None:
        """Take back a departure said by mistake: the presence goes on. Raises RuleBroken unless one was said."""
        if self.left_on is None:
            raise RuleBroken("", N_("Le départ de cette personne n’est pas enregistré."))
        self.left_on, self.departure_reason = None, None

    # Selects

    @classmethod
    def of(cls, establishment_id: uuid.UUID) -> Select["Person"]:
        """The persons of one establishment, records merged into others left out, by name."""
        return (
            select(cls)
            .where(cls.establishment_id == establishment_id, cls.merged_into_id.is_(None))
            .order_by(cls.sort_name, cls.id)
        )

    @classmethod
    def answering_to(cls, establishment_id: uuid.UUID, typed: str) -> Iterator[Select["Person"]]:
        """The persons of an establishment whom a number designates, then an address, then a name.

        `typed` may be a name followed by one of the others between brackets.
        """
        sign = typed[typed.rfind("(") + 1 : -1].strip() if typed.endswith(")") and "(" in typed else typed
        for rule in (
            cls.employee_number == sign,
            func.lower(cls.email) == sign.lower(),
            cls.sort_name.in_(_orders(typed)),
        ):
            yield cls.of(establishment_id).where(rule)

    @classmethod
    def present(cls, on: dt.date) -> Select["Person"]:
        """Who is here on a day, in every establishment."""
        return select(cls).where(cls.is_present(on))

    @classmethod
    def of_account(cls, user_id: uuid.UUID | None) -> Select[uuid.UUID]:
        """The identities of the records of somebody with an account, those merged into them included."""
        own = select(cls.id).where(cls.user_id == user_id)
        return select(cls.id).where(or_(cls.id.in_(own), cls.merged_into_id.in_(own)))

    @classmethod
    def of_same_human(cls, identity: uuid.UUID | ColumnElement[uuid.UUID]) -> Select[uuid.UUID]:
        """The identities under which references may stand: the record's own, and of those merged into it."""
        return select(cls.id).where(or_(cls.id == identity, cls.merged_into_id == identity))

    @classmethod
    def referring_columns(cls) -> Iterator[tuple[type[Any], ColumnElement[Any]]]:
        """Every (class, column) of the metadata that points at a person, merges themselves left out.

        A column whose info says `fixed` is evidence: it never changes, and a merge leaves it in place.
        """
        own = inspect(cls).local_table.c
        for mapper in Base.registry.mappers:
            for column in inspect(mapper.class_).local_table.c:
                if column is not own.merged_into_id and any(key.column is own.id for key in column.foreign_keys):
                    yield mapper.class_, column

    def search_words(self) -> list[str | None]:
        number, company = self.employee_number, self.company
        return [self.family_name, self.given_name, self.email, number, self.function_title, company]

    def journal_title(self) -> str:
        return self.name


@event.listens_for(Person, "before_update")
def _sort_again(mapper: Any, connection: object, target: Person) -> None:
    target.sort_name = fold(f"{target.family_name} {target.given_name}")[:SORT_LENGTH]
