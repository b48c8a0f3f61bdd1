"""Attachments: given to a record, served under its own rights, removed with a reason."""
