"""The register room: a DPO keeps, completes, validates and hands over the records of processing activities."""
