-- Persons of whom a record told more: whoever proved to be one with them since is still to be looked for (bridging.py).
create table identity_unsettled (
  bucket int4 not null,
  person int8 not null,
  since  timestamptz not null,      -- the newest record that told more
  primary key (bucket, person)
);
create index identity_unsettled_by_age on identity_unsettled (since);
-- Behind the wall (base/wall.py) nobody sees who waits.
alter table identity_unsettled enable row level security;
