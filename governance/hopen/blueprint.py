"""The blueprint of HOP’EN, on which its files hang their doors."""

from flask import Blueprint

blueprint = Blueprint("hopen", __name__)
