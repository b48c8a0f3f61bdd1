"""Establishments: the hospital group, its members with the contacts that article 30(1)(a) asks for, and departments."""
