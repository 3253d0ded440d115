-- Search parameters that somebody has defined here: one row for each type, while the definition is active.
create table clinical_parameter (
  type       int2 not null,           -- search.parameters.number_of
  code       text not null,
  bucket     int4 not null,           -- of the SearchParameter
  rid        uuid not null,
  made       uuid not null,           -- another one whenever what is read changes
  url        text not null,
  kind       text not null,
  meaning    jsonb not null,          -- search/custom.py: Custom
  searchable boolean not null default false,  -- $reindex of the type has ended since it was made
  primary key (type, code)
);
create index clinical_parameter_of on clinical_parameter (bucket, rid);

-- How far a $reindex has come. Written with each batch, so that it goes on where it was when its process dies.
create table clinical_reindex (
  job     uuid primary key references clinical_job on delete cascade,
  types   int2[] not null,            -- in this order
  place   int4 not null default 1,    -- which of them
  updated timestamptz not null default '-infinity',
  rid     uuid not null default '00000000-0000-0000-0000-000000000000',
  begun   timestamptz,                -- when the new parameters were looked at
  settled boolean not null default false,  -- whether every process knows them since
  pending uuid[] not null default '{}',    -- clinical_parameter.made
  report  jsonb not null default '{}'
);

-- Rows whose values stand in tables of their own and were mended: a writer that ran beside may have left some of them.
-- They are looked at again when everything that ran then has ended.
create table clinical_reindex_again (
  job    uuid not null references clinical_reindex on delete cascade,
  bucket int4 not null,
  rid    uuid not null,
  type   int2 not null,
  at     timestamptz not null default clock_timestamp(),
  primary key (job, bucket, rid)
);
