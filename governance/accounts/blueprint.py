"""The room's blueprint, to which its modules of routes attach their doors. Each gives its whole path."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)
