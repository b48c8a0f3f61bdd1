"""The inventory of applications: its records, their vendors, how people sign in to them, and what is decided."""
