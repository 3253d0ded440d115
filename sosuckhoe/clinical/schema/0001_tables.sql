-- One row a resource: the newest version, or the mark of a deleted one (body is null).
create table clinical_resource (
  bucket    int4 not null,          -- base.keys.bucket_of(person), and the first 16 bits of rid
  rid       uuid not null,
  person    int8 not null,          -- 0: a register entry
  type      int2 not null,          -- search.parameters.number_of
  version   int4 not null,
  label     int2 not null,          -- bits of sensitivity (access.labels)
  codec     int2 not null,          -- how body is packed: clinical/codec.py
  source    int8 not null,          -- the arrival that it came with; 0: written directly
  moment    timestamptz,            -- the main clinical date as the range [moment, moment_to)
  moment_to timestamptz,
  updated   timestamptz not null,   -- meta.lastUpdated, whole milliseconds
  tokens    int8[],                 -- search/digest.py; null when deleted
  body      bytea,                  -- what a reader gets, versionId and lastUpdated included, packed by codec
  primary key (bucket, rid)
);
alter table clinical_resource alter column body set storage external;
alter table clinical_resource alter column tokens set storage main;

-- One person's book and searches, newest first.
create index clinical_resource_of_person on clinical_resource (bucket, person, type, moment desc nulls last, rid);
-- What has this code, this number, this reference, over everybody. The list of what is not yet in the tree is read by
-- every search: at 256 kB that is a millisecond, and a write costs 20 µs of PostgreSQL; without such a list it costs 40.
create index clinical_resource_tokens on clinical_resource using gin (tokens) with (gin_pending_list_limit = 256);
-- A type over everybody by its date, and by when it was written.
create index clinical_resource_by_moment on clinical_resource (type, moment desc nulls last, rid);
create index clinical_resource_by_updated on clinical_resource (type, updated, rid);

-- Superseded versions and deletions. Only ever added to.
create table clinical_history (
  bucket  int4 not null,
  rid     uuid not null,
  version int4 not null,
  person  int8 not null,
  type    int2 not null,
  label   int2 not null,
  codec   int2 not null,
  source  int8 not null,
  updated timestamptz not null,
  body    bytea,
  primary key (bucket, rid, version)
);
alter table clinical_history alter column body set storage external;

-- Values of the date parameters that moment does not answer (MedicationRequest.date, onset-date …).
create table clinical_date (
  bucket int4 not null,
  rid    uuid not null,
  path   int8 not null,             -- hash of (type, path), as in tokens
  low    timestamptz not null,      -- [low, high)
  high   timestamptz not null
);
create index clinical_date_of_resource on clinical_date (bucket, rid);
create index clinical_date_by_path on clinical_date (path, low);

-- Where a resource stands whose id a client chose.
create table clinical_address (
  type   int2 not null,
  id     text not null,
  bucket int4 not null,
  rid    uuid not null,
  primary key (type, id)
);

-- Answers to requests that a client may repeat (X-Request-Id), by account.
create table clinical_request (
  account int8 not null,
  request text not null,
  digest  bytea not null,           -- of method, address and body: the same id for another request is refused
  at      timestamptz not null,
  status  int2 not null,
  headers jsonb not null,
  answer  bytea not null,
  primary key (account, request)
);
create index clinical_request_by_time on clinical_request (at);

-- Dictionaries that bodies are packed with. Never changed, never removed.
create table clinical_dictionary (
  codec   int2 primary key,
  type    int2 not null,
  trained timestamptz not null,
  body    bytea not null
);
