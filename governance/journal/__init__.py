"""The journal room: who did what, when, from what to what."""
