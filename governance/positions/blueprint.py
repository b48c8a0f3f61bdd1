"""The positions' blueprint, on which its files hang their doors."""

from flask import Blueprint

blueprint = Blueprint("positions", __name__)
