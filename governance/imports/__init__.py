"""Imports into the register: a file of any origin, read apart, understood, shown, then brought in or taken back."""
