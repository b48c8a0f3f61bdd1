"""What the tracker of HOP’EN lets be searched."""

from sqlalchemy import select
from sqlalchemy.orm import aliased

from governance.hopen import queries
from governance.searching import Kind, seen
from models.base import today
from models.hopen.prerequisites import Task
from models.hopen.tracking import Step
from models.hopen.upkeep import Upkeep
from models.permissions import Permission
from models.vocabulary import N_

READ = Permission.HOPEN_READ
_told = aliased(Task)

KINDS = (
    Kind(
        "hopen", N_("Étapes HOP’EN"), READ, Step,
        lambda who: queries.listed(who, {}, today()),
        name=select(_told.text).where(_told.code == Step.task_code).scalar_subquery(),
        reference=Step.task_code, texts=(Step.note, Step.reason),
    ),
    Kind(
        "suivis", N_("Suivis HOP’EN"), READ, Upkeep, seen(Upkeep, READ),
        name=Upkeep.title, texts=(Upkeep.kind, Upkeep.keeper, Upkeep.members, Upkeep.description),
    ),
)  # fmt: skip
