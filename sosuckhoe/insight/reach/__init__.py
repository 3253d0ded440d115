"""How far the books reach: whom they cover, how good they are, against what was promised. Pure."""
