"""What the establishments let be searched, with their departments."""

from flask import url_for

from governance.establishments import queries
from governance.searching import Kind, seen
from models.establishments import Department, Establishment
from models.permissions import Permission
from models.vocabulary import N_

READ = Permission.ESTABLISHMENTS_READ

KINDS = (
    Kind(
        "etablissements", N_("Établissements"), READ, Establishment, queries.listed,
        name=Establishment.name, reference=Establishment.code, texts=(Establishment.city, Establishment.finess),
        url=lambda row: url_for("establishments.show", identity=row.id),
    ),
    Kind(
        "services", N_("Pôles et services"), READ, Department, seen(Department, READ),
        name=Department.name, texts=(Department.kind,), also=(Department.establishment_id,),
        url=lambda row: url_for("establishments.show", identity=row.establishment_id),
    ),
)  # fmt: skip
