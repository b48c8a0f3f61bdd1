"""What a web server loads."""

from governance import create_app
from governance.config import Settings
from governance.doctor import refuse_to_serve

app = create_app(Settings.from_environment())
refuse_to_serve(app)
