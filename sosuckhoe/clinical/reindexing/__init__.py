"""`$reindex`: what stored resources are found by, computed anew and mended where it differs."""
