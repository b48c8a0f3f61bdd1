"""The house's conscience: rules that hold about every route, page, table, file and command."""
