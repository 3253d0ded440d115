-- Which paths of the token, reference and uri parameters have a value: bit n for path n of the type
-- (search/presence.py). Null when deleted.
alter table clinical_resource add column present int8;
