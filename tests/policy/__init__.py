"""The room of the security policy."""
