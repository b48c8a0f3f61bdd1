"""The door of the search: one page, that anyone signed in may open."""

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from governance.doors import signed_in
from governance.search import queries
from governance.search.question import question
from governance.searching import readable
from governance.visitor import visitor

blueprint = Blueprint("search", __name__)


@blueprint.get("/")
@signed_in
def index() -> str:
    """What the words of the address find: the first of each kind, or a page of one kind."""
    who, args = visitor(), request.args
    asked, kinds = question(args.get("q", "")), readable(who)
    places = () if who.establishment else who.establishments
    place = next((one for one in places if one.code == args.get("etablissement")), None)
    chosen = next((kind for kind in kinds if kind.key == args.get("nature")), None)
    reader = queries.within(who, place)
    return render_template(
        "search/index.html",
        asked=asked,
        natures=[(kind.key, _(kind.title)) for kind in kinds],
        chosen=chosen,
        places=[(one.code, one.name) for one in places] if len(places) > 1 else [],
        several=len(places) > 1 and place is None,
        place=place,
        page=queries.page(reader, chosen, asked) if chosen and asked.is_asked else None,
        groups=queries.groups(reader, kinds, asked) if asked.is_asked and not chosen else [],
    )
