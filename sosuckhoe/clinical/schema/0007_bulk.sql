-- Jobs of the FHIR interface that run in the background: exports and imports.
create table clinical_job (
  id       uuid primary key,
  account  int8 not null,           -- who asked; nobody else sees it
  actor    jsonb not null,          -- as whom: role, person, facility, area, purpose
  kind     text not null,           -- export, import
  request  text not null,           -- the address that was asked, for the manifest
  asked    jsonb not null,
  state    text not null,           -- held, waiting, running, done, failed
  created  timestamptz not null,
  tries    int4 not null default 0, -- how often it was begun
  ended    timestamptz,
  until    timestamptz not null,    -- when it and its files are removed
  problem  jsonb,                   -- why it failed: number and places
  manifest jsonb
);
create index clinical_job_of_account on clinical_job (account, state);
create index clinical_job_by_state on clinical_job (state, created);

-- Whose data is in the files of an export that was limited to those whom a facility treats. Goes with the job.
create table clinical_job_person (
  job    uuid not null references clinical_job on delete cascade,
  bucket int4 not null,
  person int8 not null,
  primary key (job, bucket, person)
);

-- Batches of a load of files that are stored, so that a load that was killed goes on. Goes when the load ends.
create table clinical_loaded (
  run   bytea not null,             -- sha256 of the files' places, sizes and times
  batch int4 not null,
  at    timestamptz not null,
  primary key (run, batch)
);
