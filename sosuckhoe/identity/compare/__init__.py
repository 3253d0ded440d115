"""How alike two claims are, field by field, and what that is worth. Pure: no candidate is looked for here."""
