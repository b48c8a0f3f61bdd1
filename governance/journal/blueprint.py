"""The journal's blueprint, to which each file of this room attaches its doors."""

from flask import Blueprint

blueprint = Blueprint("journal", __name__)
