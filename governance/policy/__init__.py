"""The room of the security policy (PSSI): written, consulted on, approved, applied, audited, taught."""
