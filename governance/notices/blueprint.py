"""The notices' blueprint, on which its files hang their doors."""

from flask import Blueprint

blueprint = Blueprint("notices", __name__)
