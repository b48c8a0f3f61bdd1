"""How registers are laid out: our own workbook, the CNIL's template, fiches of any origin, tables of any origin."""
