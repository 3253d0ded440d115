-- What the population database answered, before anybody reads it.
create table exchange_heard (
  id    int8 generated always as identity primary key,
  kind  text not null,              -- reconcile, changes
  at    timestamptz not null,
  state text not null,              -- waiting, read, garbled
  codec int2 not null,              -- 1: zstd
  body  bytea storage external not null
);
create index exchange_heard_by_time on exchange_heard (at);

-- Every change that the population database told, once, and what came of it.
create table exchange_change (
  key      text primary key,        -- the register's own
  number   text not null,           -- whose
  kind     text not null,           -- birth, death, marriage, move, name
  turn     int8 not null,           -- which of two is the later one
  heard    int8 not null,           -- exchange_heard
  at       timestamptz not null,
  outcome  text not null,           -- done, same, late, held (a ticket), stranger (nobody here has the number)
  bucket   int4 not null,
  person   int8 not null,           -- 0: a stranger
  touches  jsonb not null default '{}'          -- after a death: accounts, books held, holders
);
create index exchange_change_of_number on exchange_change (number, kind, turn);
create index exchange_change_of_person on exchange_change (bucket, person);

-- How far each stream of an outside system has been read.
create table exchange_stream (
  name  text primary key,
  after int8 not null
);

-- One row a night: reconciliation is begun once, by whoever is first.
create table exchange_night (
  day      date primary key,
  began    timestamptz not null,
  ended    timestamptz,
  asked    int8 not null default 0,
  verified int8 not null default 0,
  differs  int8 not null default 0,
  unknown  int8 not null default 0,
  silent   int8 not null default 0,             -- asked for and not answered
  changes  int8 not null default 0,
  problem  text not null default ''             -- error number that ended it
);
