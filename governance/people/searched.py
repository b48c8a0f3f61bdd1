"""What the directory of persons lets be searched, those who left included."""

from flask import url_for

from governance.people import queries
from governance.searching import Kind
from models.base import today
from models.people import Person
from models.permissions import Permission
from models.vocabulary import N_

KINDS = (
    Kind(
        "personnes", N_("Personnes"), Permission.PEOPLE_READ, Person,
        lambda who: queries.listed(who, {"montrer": "tous"}, today()),
        name=Person.given_name + " " + Person.family_name,
        texts=(Person.function_title, Person.company, Person.email, Person.employee_number),
        url=lambda row: url_for("people.show", identity=row.id),
    ),
)  # fmt: skip
