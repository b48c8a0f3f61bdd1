"""What a web server loads."""

import gc
import sys

gc.disable()  # what is loaded stays for good: looking for rubbish in it again and again is a fifth of the time to start

from governance import create_app  # noqa: E402
from governance.config import Misconfigured, Settings  # noqa: E402
from governance.doctor import refuse_to_serve  # noqa: E402

try:
    app = create_app(Settings.from_environment())
except Misconfigured as faults:
    print(faults, file=sys.stderr)  # noqa: T201 -- the log is not set up yet
    sys.exit(3)  # what gunicorn takes for "do not try again"
refuse_to_serve(app)
gc.freeze()
gc.enable()
