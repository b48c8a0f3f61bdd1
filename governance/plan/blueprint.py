"""The plan's blueprint, on which its files hang their doors."""

from flask import Blueprint

blueprint = Blueprint("plan", __name__)
