"""What is done by the clock: one table of times, one place that runs, a command that tells (ADR 11)."""
