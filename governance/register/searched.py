"""What the register lets be searched."""

from governance.register import queries
from governance.register.processors import listed
from governance.searching import Kind
from models.base import today
from models.permissions import Permission
from models.register.activity import Activity
from models.register.processor import Processor
from models.vocabulary import N_

READ = Permission.REGISTER_READ

KINDS = (
    Kind(
        "traitements", N_("Traitements"), READ, Activity,
        lambda who: queries.listed(who, {"etat": "toutes"}, today()),
        name=Activity.name, reference=Activity.reference,
        texts=(Activity.description, Activity.owner_service, Activity.applications),
    ),
    Kind(
        "sous-traitants", N_("Sous-traitants"), READ, Processor,
        lambda who: listed(who, {}),
        name=Processor.name,
        texts=(Processor.service, Processor.contact_name, Processor.contract_reference, Processor.hds_certificate),
    ),
)  # fmt: skip
