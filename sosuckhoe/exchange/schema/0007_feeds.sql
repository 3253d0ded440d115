-- A file of another system, whole on the disk before anybody reads it (feeds/shelf.py).
create table exchange_delivery (
  id        int8 generated always as identity primary key,
  source    text not null,          -- data/sources.yaml
  kind      text not null,          -- bundle, ndjson, or csv
  name      text not null,          -- as the sender names it, without folders
  digest    bytea not null,         -- sha256 of the content: the same file arrives once
  bytes     int8 not null,
  account   int8 not null,
  channel   text not null,          -- import, pull, upload
  received  timestamptz not null,
  ended     timestamptz,            -- null: still to be filed
  taken     int8 not null default 0,            -- pieces (entries, lines) that are filed: where to go on
  filed     int8 not null default 0,
  unchanged int8 not null default 0,
  older     int8 not null default 0,            -- a newer word of the same record stands already
  put_off   int8 not null default 0,            -- their patient has not come yet
  refused   int8 not null default 0,
  problem   text not null default '',           -- error number, when the whole file was refused
  places    jsonb not null default '{}',
  unique (source, digest, name)
);
create index exchange_delivery_waiting on exchange_delivery (source, id) where ended is null;

-- What could not be taken, and how to mend it. No value of a record.
create table exchange_delivery_finding (
  delivery int8 not null,
  piece    int8 not null,           -- entry or line, 1-based
  part     int4 not null,
  place    text not null,           -- row and column, or entry and element
  problem  text not null,           -- error number
  places   jsonb not null default '{}',
  primary key (delivery, piece, part)
);

-- What each system says of who somebody is: one row a patient record of theirs, its newest word.
create table exchange_word (
  source   text not null,
  id       text not null,           -- the patient record's id there
  bucket   int4 not null,
  person   int8 not null,
  born     timestamptz not null,    -- first heard of; part of its records' keys
  as_of    timestamptz not null,
  digest   bytea not null,
  delivery int8 not null,
  claim    jsonb not null,
  primary key (source, id)
);
create index exchange_word_of_person on exchange_word (bucket, person);

-- Which resource each record of a system became.
create table exchange_told (
  source   text not null,
  type     text not null,
  id       text not null,           -- the record's id there
  record   text not null,           -- the patient record it belongs to there; empty for registers
  bucket   int4 not null,
  person   int8 not null,           -- 0 for registers
  key      uuid not null,
  as_of    timestamptz not null,
  digest   bytea not null,          -- of the record as it was sent; empty: it was taken back
  delivery int8 not null,
  primary key (source, type, id)
);
create index exchange_told_of_record on exchange_told (source, record);
create index exchange_told_of_person on exchange_told (bucket, person);

-- Records whose patient has not come yet.
create table exchange_put_off (
  source   text not null,
  type     text not null,
  id       text not null,
  record   text not null,           -- the patient record it waits for
  as_of    timestamptz not null,
  delivery int8 not null,
  codec    int2 not null,           -- 1: zstd
  body     bytea not null,
  primary key (source, type, id)
);
create index exchange_put_off_for on exchange_put_off (source, record);
