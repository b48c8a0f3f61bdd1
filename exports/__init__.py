"""Documents: loaded objects in, bytes out. No query, no permission, no web."""
