"""The room of the security policy (PSSI): its text and versions, how far it is applied, and what keeps it alive."""
