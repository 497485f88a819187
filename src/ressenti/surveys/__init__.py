"""Asking: questionnaires, question types, logic, contact pressure, quotas. No I/O and no clock."""
