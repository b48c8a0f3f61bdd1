"""The room's blueprint, to which its modules of routes attach their doors."""

from flask import Blueprint

blueprint = Blueprint("reminders", __name__)
