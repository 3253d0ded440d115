"""The national population database: what it is asked, what it answers, and what becomes of its word."""
