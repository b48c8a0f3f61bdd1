"""The inventory of applications: what runs, who sells it, how people sign in to it, and what is decided about it."""
