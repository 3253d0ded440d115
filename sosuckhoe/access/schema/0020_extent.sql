-- Of an erasure: whether the entry goes alone or with what it was written with (data/erasing.yaml).
alter table access_request add column extent text not null default '';
