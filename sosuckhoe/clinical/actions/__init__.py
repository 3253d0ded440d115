"""What changes the repository: one file a verb. Everything of one call is one transaction."""

from sosuckhoe.clinical.actions.again import again
from sosuckhoe.clinical.actions.create import create
from sosuckhoe.clinical.actions.delete import check_delete, delete, delete_found
from sosuckhoe.clinical.actions.desk import Done
from sosuckhoe.clinical.actions.dictionary import train_dictionary, types_without_dictionary
from sosuckhoe.clinical.actions.many import Known, Written, known_of, put_many, remove_many
from sosuckhoe.clinical.actions.patch import patch, patch_found
from sosuckhoe.clinical.actions.repeat import Answer, forget_answers, once
from sosuckhoe.clinical.actions.transaction import transaction
from sosuckhoe.clinical.actions.update import update, update_found

__all__ = [
    "Answer",
    "Done",
    "Known",
    "Written",
    "again",
    "check_delete",
    "create",
    "delete",
    "delete_found",
    "forget_answers",
    "known_of",
    "once",
    "patch",
    "patch_found",
    "put_many",
    "remove_many",
    "train_dictionary",
    "transaction",
    "types_without_dictionary",
    "update",
    "update_found",
]
