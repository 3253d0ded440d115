-- From which network address a code was asked for, as a keyed digest: what goes out is bounded for each of them.
alter table access_code add column place bytea;
create index access_code_of_place on access_code (place, sent);
