"""What may be typed when importing: the file, and which column means what."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired

from governance.forms import Form


class UploadForm(Form):
    file = FileField(_("Fichier .ods, .xlsx, .csv ou .json"), [FileRequired(_("Choisissez un fichier."))])
