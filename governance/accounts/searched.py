"""What the accounts let be searched, to those who see them."""

from flask import url_for

from governance.accounts import queries
from governance.searching import Kind
from models.accounts import User
from models.permissions import Permission
from models.vocabulary import N_

KINDS = (
    Kind(
        "comptes", N_("Comptes"), Permission.ACCOUNTS_READ, User, lambda who: queries.listed(who, {}),
        name=User.name, reference=User.login, texts=(User.email,),
        url=lambda row: url_for("accounts.show", identity=row.id),
    ),
)  # fmt: skip
