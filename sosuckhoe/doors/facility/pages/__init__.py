"""The pages of a facility, a file for each section."""
