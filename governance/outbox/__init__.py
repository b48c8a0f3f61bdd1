"""The outbox room: the mail that waits, left or failed, and why."""
