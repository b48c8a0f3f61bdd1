"""The policy’s documents: the approved text, the state of its rules, attendance, the incident procedure."""
