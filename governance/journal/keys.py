"""The public keys, open to everyone: a page that people print, a file that programs read, and a key for openssl."""

from flask import Response, abort, jsonify, render_template

from governance import signing
from governance.doors import public
from governance.installation import identity
from governance.journal.blueprint import blueprint


@blueprint.get("/cles-publiques")
@public
def keys() -> str:
    """The keys by which receipts and checkpoints are verified, with their fingerprints, fit for the minutes."""
    return render_template("journal/keys.html", keys=signing.public_keys(), instance=identity())


@blueprint.get("/.well-known/vigie-keys.json")
@public
def keys_file() -> Response:
    """The same as a file, which `flask charters verify --keys` and `flask journal verify --keys` take."""
    return jsonify(signing.keys_file())


@blueprint.get("/cles-publiques/<string(maxlength=40):kid>/pem")
@public
def key(kid: str) -> Response:
    """One key as openssl reads it."""
    pem = {one.public.kid: one.public.pem for one in signing.public_keys()}.get(kid)
    if pem is None:
        abort(404)
    held = {"Content-Disposition": f'attachment; filename="vigie-{kid}.pem"'}
    return Response(pem, mimetype="application/x-pem-file", headers=held)
