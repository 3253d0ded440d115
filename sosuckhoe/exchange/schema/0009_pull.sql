-- A Bulk Data export of another server, as far as it has come: a process that is killed goes on from here.
create table exchange_pull (
  id       int8 generated always as identity primary key,
  source   text not null,
  began    timestamptz not null,
  since    timestamptz,             -- only what changed after (_since); null: everything
  status   text not null default '',            -- address to ask how it stands; '': still to be kicked off
  as_of    timestamptz,             -- transactionTime of the manifest: where the next pull begins
  ended    timestamptz
);
create unique index exchange_pull_open on exchange_pull (source) where ended is null;

-- The files of a manifest; each is fetched whole before anybody reads it.
create table exchange_pull_file (
  pull     int8 not null,
  position int4 not null,
  kind     text not null,           -- resource type, or deleted
  url      text not null,
  delivery int8,                    -- exchange_delivery; null: still to be fetched
  primary key (pull, position)
);
