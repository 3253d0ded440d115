-- What arrived, before anybody reads it. Rows are written once and never changed.
create table exchange_arrival (
  id       int8 generated always as identity primary key,
  facility text not null,           -- as which facility it was sent
  account  int8 not null,
  channel  text not null,           -- gateway, import, upload
  kind     text not null,           -- records (GIAMDINHHS), check-in (XML0), unreadable
  received timestamptz not null,
  digest   bytea not null,          -- sha256 of the content
  codec    int2 not null,           -- 1: zstd
  body     bytea storage external not null,
  unique (facility, digest)
);
create index exchange_arrival_of_facility on exchange_arrival (facility, received desc);

-- What still has to be filed. A lane is worked by one worker at a time, in order of arrival.
create table exchange_waiting (
  lane    int2 not null,
  arrival int8 not null,
  tries   int2 not null default 0,
  primary key (lane, arrival)
);

-- What came of an arrival.
create table exchange_filing (
  arrival   int8 primary key,
  facility  text not null,
  at        timestamptz not null,
  packages  int4 not null,
  filed     int4 not null,
  unchanged int4 not null,
  refused   int4 not null,
  noted     int4 not null,          -- number of notes, not of packages
  problem   text not null default '',           -- error number, when the whole arrival was refused
  places    jsonb not null default '{}'         -- the places of that error
);

-- What came of each package (HOSO) of an arrival.
create table exchange_package (
  arrival  int8 not null,
  position int4 not null,           -- 1-based place in the envelope
  facility text not null,
  ma_lk    text not null,
  outcome  text not null,           -- filed, unchanged, refused
  bucket   int4 not null,
  person   int8 not null,           -- 0 when refused
  version  int4 not null,           -- of the episode, 0 when refused
  primary key (arrival, position)
);
create index exchange_package_of_episode on exchange_package (facility, ma_lk, arrival);

create table exchange_finding (
  arrival     int8 not null,
  position    int4 not null,
  facility    text not null,
  level       text not null,        -- refused, noted
  tbl         text not null,
  row         int4 not null,
  field       text not null,
  rule        text not null,
  value_class text not null
);
create index exchange_finding_of_arrival on exchange_finding (arrival, position);

-- How often each rule was broken, by facility and day: what data quality is judged by.
create table exchange_tally (
  facility text not null,
  day      date not null,
  rule     text not null,
  tbl      text not null,
  field    text not null,
  level    text not null,
  count    int8 not null,
  primary key (facility, day, rule, tbl, field, level)
);

-- The visits of a facility: which person, and which version is current.
create table exchange_episode (
  facility text not null,
  ma_lk    text not null,
  bucket   int4 not null,
  person   int8 not null,
  patient  uuid not null,
  born     timestamptz not null,    -- first heard of; part of its records' keys
  version  int4 not null,           -- 0: only checked in so far
  arrival  int8 not null,
  digest   bytea not null,          -- of the current record
  visit    timestamptz,             -- NGAY_VAO
  kind     text not null default '',            -- MA_LOAI_KCB
  province text not null default '',            -- of residence, as written
  commune  text not null default '',
  primary key (facility, ma_lk)
);
create index exchange_episode_of_person on exchange_episode (bucket, person);

-- Every version of an episode as the facility wrote it: what an export gives back.
create table exchange_record (
  bucket   int4 not null,
  person   int8 not null,
  facility text not null,
  ma_lk    text not null,
  version  int4 not null,
  arrival  int8 not null,
  filed    timestamptz not null,
  keys     uuid[] not null,         -- of the resources made from it
  codec    int2 not null,           -- 1: zstd
  body     bytea storage external not null,     -- queries.sealed(package)
  primary key (bucket, person, facility, ma_lk, version)
);

-- Who has come to a facility (XML0).
create table exchange_check_in (
  facility text not null,
  ma_lk    text not null,
  bucket   int4 not null,
  person   int8 not null,
  arrived  timestamptz not null,
  kind     text not null,           -- MA_LOAI_KCB
  arrival  int8 not null,
  primary key (facility, ma_lk)
);
create index exchange_check_in_by_day on exchange_check_in (facility, arrived);
