"""What a web server loads."""

import gc
import sys

gc.disable()  # what is loaded stays for good: looking for rubbish in it again and again is a fifth of the time to start

from governance import create_app  # noqa: E402
from governance.config import Misconfigured, Settings  # noqa: E402
from governance.doctor import refuse_to_serve  # noqa: E402

try:
    settings = Settings.from_environment()
except Misconfigured as faults:
    sys.exit(str(faults))
app = create_app(settings)
refuse_to_serve(app)
gc.freeze()
gc.enable()
