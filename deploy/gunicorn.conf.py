"""How gunicorn serves Vigie: two processes of four threads, on this machine only, behind the hospital's proxy."""

import os

port = os.environ.get("PORT") or "8000"
# A port that is none binds any other: the application then refuses to serve, in a sentence.
bind = f"127.0.0.1:{port if port.isdecimal() and int(port) < 65536 else 0}"
worker_class = "gthread"
workers = 2
threads = 4
timeout = 60
graceful_timeout = 30

# Each process opens its own database connections and keys: nothing is shared by a fork.
preload_app = False

# No access log here: an address can carry an invitation or a reset token. The proxy keeps one without them.
accesslog = None
errorlog = "-"

# No control socket: systemd starts, reloads and stops the server.
control_socket_disable = True
