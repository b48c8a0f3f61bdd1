"""What the plan lets be searched: her own actions to anyone, the others to who reads the plan."""

from governance.plan import queries
from governance.searching import Kind
from models.base import today
from models.permissions import Permission
from models.plan import Action
from models.vocabulary import N_

KINDS = (
    Kind(
        "actions", N_("Actions"), Permission.PLAN_OWN, Action,
        lambda who: queries.listed(who, {"etat": "toutes"}, today()),
        name=Action.title, texts=(Action.note, Action.owner_name),
    ),
)  # fmt: skip
