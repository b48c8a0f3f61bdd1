"""Reminders: what each account is told of, when, on its page and in its diary."""
