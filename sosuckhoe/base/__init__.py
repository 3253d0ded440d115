"""Words that every room shares: database, clock, keys, errors, facts, text."""
