-- Entries of the registers as their lists told them; the resources on /fhir are made of them.
create table exchange_register_entry (
  kind        text not null,              -- key of exchange/register/data/lists.yaml
  code        text not null,              -- what the entry is called by: a facility's code, a licence number …
  worker      text not null default '',   -- of licences and roles: the licence by which the register keeps the practitioner
  facility    text not null default '',   -- of roles and services: where
  area        text not null,              -- province of who entered it, '' for the whole country
  valid_from  date,
  valid_until date,
  content     text not null,              -- JSON of the row: column → text
  version     int4 not null,
  entered     timestamptz not null,
  primary key (kind, code)
);
create index exchange_register_of_worker on exchange_register_entry (worker) where worker <> '';
create index exchange_register_at_facility on exchange_register_entry (facility, kind) where facility <> '';

-- Every number that means a practitioner (licences, social insurance) → the licence by which the register keeps them.
create table exchange_worker_code (
  code   text primary key,
  worker text not null
);

create index exchange_worker_numbers on exchange_worker_code (worker);

-- One list that somebody sent, and what came of it.
create table exchange_register_import (
  key       uuid primary key,
  kind      text not null,
  at        timestamptz not null,
  account   int8 not null,
  area      text not null,
  created   int4 not null,
  changed   int4 not null,
  unchanged int4 not null,
  refused   int4 not null
);
create table exchange_register_fault (
  import uuid not null,
  number int4 not null,
  row    int4 not null,                   -- as a spreadsheet counts
  field  text not null,                   -- the column's name
  rule   text not null,
  places text not null,                   -- what the rule asks for, never a value
  primary key (import, number)
);
create index exchange_register_import_by_time on exchange_register_import (at);
