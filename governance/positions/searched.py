"""What the positions let be searched; the applications of candidates never are."""

from sqlalchemy import literal, select
from sqlalchemy.orm import aliased

from governance.positions import hiring_queries, queries
from governance.searching import Kind
from models.base import today
from models.people import Person
from models.permissions import Permission
from models.positions.description import JobDescription
from models.positions.filling import Filling
from models.positions.nomination import Nomination
from models.vocabulary import N_

READ = Permission.POSITIONS_READ
_holder = aliased(Person)
_named = select(_holder.given_name + " " + _holder.family_name).where(_holder.id == Nomination.person_id)

KINDS = (
    Kind(
        "fiches-de-poste", N_("Fiches de poste"), READ, JobDescription,
        lambda who: queries.listed(who, {"etat": "toutes"}),
        name=JobDescription.title, texts=(JobDescription.kind, JobDescription.purpose, JobDescription.reports_to),
    ),
    Kind(
        "nominations", N_("Nominations"), READ, Nomination,
        lambda who: queries.nominations(who, {"montrer": "toutes"}, today()),
        name=Nomination.title + literal(" : ") + _named.scalar_subquery(),
        texts=(Nomination.kind, Nomination.decision_reference, Nomination.cnil_number),
    ),
    Kind(
        "recrutements", N_("Postes à pourvoir"), Permission.POSITIONS_OWN, Filling,
        lambda who: hiring_queries.listed(who, {}),
        name=Filling.title, texts=(Filling.kind, Filling.context),
    ),
)  # fmt: skip
