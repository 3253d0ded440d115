-- Superseded versions of a type by when they were written: the history of a type and of the system walks it.
create index clinical_history_by_updated on clinical_history (type, updated, rid, version);
