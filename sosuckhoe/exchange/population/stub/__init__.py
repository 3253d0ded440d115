"""A stand-in of the population database, for trying and for tests: real HTTP, made-up people, every failure."""
