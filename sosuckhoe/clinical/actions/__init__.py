"""What changes the repository: one file a verb. Everything of one call is one transaction."""

from sosuckhoe.clinical.actions.many import Known, Written, known_of, put_many, remove_many

__all__ = ["Known", "Written", "known_of", "put_many", "remove_many"]
