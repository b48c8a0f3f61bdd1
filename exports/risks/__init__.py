"""What leaves of a risk analysis: a workbook that comes back unchanged, data, and the report for the management."""
