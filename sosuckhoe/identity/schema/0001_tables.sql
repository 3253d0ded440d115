-- The lifelong internal key of a person: never shown, never reused.
create sequence identity_person_key;

-- What is known of a person, joined from every source's claims (identity/known.py says how).
create table identity_person (
  bucket      int4 not null,
  person      int8 not null,
  patient     uuid not null,        -- key of the person's Patient resource
  claim       text not null,        -- JSON of identity.claim.Claim: the best word on each point
  as_of       timestamptz not null, -- the newest claim that was heard
  created     timestamptz not null,
  merged_into int8,                 -- another person's key, after a merge
  primary key (bucket, person)
);

-- Which person a number means. An index table: it is placed by the number, not by the person.
create table identity_identifier (
  system text not null,             -- key of data/identifier_systems.yaml
  value  text not null,
  bucket int4 not null,             -- of the person
  person int8 not null,
  since  timestamptz not null,
  primary key (system, value)
);

-- Two persons who shared a number but not their name or birth, and were kept apart.
create table identity_doubt (
  bucket int4 not null,
  person int8 not null,
  other  int8 not null,
  system text not null,             -- which kind of number they share
  since  timestamptz not null,
  primary key (bucket, person, other, system)
);

-- The register of facilities (MA_CSKCB): who they are, and how their files prove it.
create table identity_facility (
  facility           text primary key,
  name               text not null,
  kind               text not null default '',
  province           text not null default '',
  commune            text not null default '',
  vendor             text not null default '',
  certificate        text not null default '',   -- PEM; whose key signs CHUKYDONVI
  signature_required boolean not null default false
);
