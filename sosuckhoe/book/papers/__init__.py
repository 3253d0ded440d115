"""Papers of a book: reading them, printing them, proving that a print is genuine."""
