"""What the inventory lets be searched."""

from governance.inventory import queries
from governance.searching import Kind, seen
from models.base import today
from models.inventory.application import Application
from models.inventory.vendor import Vendor
from models.permissions import Permission
from models.vocabulary import N_

READ = Permission.INVENTORY_READ

KINDS = (
    Kind(
        "applications", N_("Applications"), READ, Application,
        lambda who: queries.listed(who, {"etat": "toutes"}, today()),
        name=Application.name, reference=Application.reference,
        texts=(Application.description, Application.version, Application.owner_name, Application.host_name),
    ),
    Kind("editeurs", N_("Éditeurs"), READ, Vendor, seen(Vendor, READ), name=Vendor.name, texts=(Vendor.email,)),
)  # fmt: skip
