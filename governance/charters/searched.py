"""What the charters let be searched: those in force to the staff, their preparation to those who read the room."""

import uuid

from flask import url_for
from sqlalchemy import Select, select

from governance.charters import queries, reach
from governance.charters.access import concerning
from governance.searching import Kind, seen, titled_as_published
from governance.visitor import Visitor
from models.charters.campaign import Campaign
from models.charters.charter import Charter, CharterVersion
from models.charters.verification import Verification
from models.permissions import Permission
from models.vocabulary import N_

READ = Permission.CHARTERS_READ


def _in_force(who: Visitor) -> Select[uuid.UUID]:
    """The charters that concern her, but one whose title is being changed."""
    return select(Charter.id).where(
        concerning(who), titled_as_published(Charter, CharterVersion, CharterVersion.charter_id)
    )


KINDS = (
    Kind(
        "chartes", N_("Chartes"), READ, Charter, lambda who: queries.listed(who, {"etat": "toutes"}),
        name=Charter.title, texts=(Charter.owner, Charter.internal_rules),
        url=lambda row: url_for("charters.show", identity=row.id),
    ),
    Kind(
        "chartes-en-vigueur", N_("Chartes en vigueur"), Permission.ACCOUNT_OWN, Charter, _in_force,
        name=Charter.title, also=(Charter.published_number,), unless=READ,
        url=lambda row: url_for("charters.version", identity=row.id, number=row.published_number),
    ),
    Kind(
        "campagnes", N_("Campagnes de diffusion des chartes"), READ, Campaign,
        lambda who: select(Campaign.id).where(reach.readable(who)),
        name=Campaign.title, url=lambda row: url_for("charters.campaign", identity=row.id),
    ),
    Kind(
        "verifications-chartes", N_("Vérifications des chartes"), READ, Verification, seen(Verification, READ),
        name=Verification.title,
        texts=(Verification.scope, Verification.checked_by, Verification.observations, Verification.follow_up),
    ),
)  # fmt: skip
