"""Tables of another system, each vendor's with a mapping file: rows become items of a feed."""
