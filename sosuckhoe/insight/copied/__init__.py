"""The analytical copy: resources without names in files beside the database, and the views that run over them."""
