"""The pages of an office, a file for each question that they answer."""
