"""What a web server loads."""

import sys

from governance import create_app
from governance.config import Misconfigured, Settings
from governance.doctor import refuse_to_serve

try:
    settings = Settings.from_environment()
except Misconfigured as faults:
    sys.exit(str(faults))
app = create_app(settings)
refuse_to_serve(app)
