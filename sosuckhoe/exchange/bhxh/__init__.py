"""Vietnam Social Security (BHXH): what it says of a card, and what becomes of its word."""
