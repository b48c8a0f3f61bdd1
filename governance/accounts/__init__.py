"""Accounts: who may come in, and how she proves that it is she."""
