"""How far the books reach."""
