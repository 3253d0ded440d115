-- What a reference to this resource adds to the hash of its path (search/link.py): chains join on it. Null when deleted.
alter table clinical_resource add column self int8;
create index clinical_resource_by_self on clinical_resource (self) where self is not null;
