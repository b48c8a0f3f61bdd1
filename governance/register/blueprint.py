"""The room's blueprint, to which its modules of routes attach their doors."""

from flask import Blueprint

from governance.views import hang_views

blueprint = Blueprint("register", __name__)
hang_views(blueprint)
