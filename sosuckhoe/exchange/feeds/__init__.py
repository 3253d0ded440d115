"""What the feeds of other systems share: files on the shelf, their records in our books, and who said what."""
