"""The blueprint on which the doors of the directory hang."""

from flask import Blueprint

blueprint = Blueprint("people", __name__)
