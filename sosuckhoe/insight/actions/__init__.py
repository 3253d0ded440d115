"""What insight changes, a file for each thing it counts: people, check_ins, sent."""
