-- Who holds whose book: a guardian a child's, a named representative an adult's.
create table access_relation (
  bucket    int4 not null,          -- of the holder
  holder    int8 not null,
  dependant int8 not null,
  kind      text not null,          -- mother, father, guardian, representative
  level     text not null,          -- see, manage, full
  since     date not null,
  until     date,                   -- exclusive; null: until revoked
  primary key (bucket, holder, dependant)
);

-- Which facility has treated or received which person: the ground of a facility's right to read.
create table access_tie (
  bucket   int4 not null,
  person   int8 not null,
  facility text not null,
  since    timestamptz not null,
  primary key (bucket, person, facility)
);

-- One line for each attempt to read or write.
create table access_audit (
  bucket   int4 not null,
  id       int8 generated always as identity,
  person   int8 not null,           -- 0: nobody's record
  at       timestamptz not null,
  account  int8 not null,           -- 0: the program itself
  role     text not null,
  facility text not null,
  purpose  text not null,
  action   text not null,
  kind     text not null,
  key      uuid,
  outcome  text not null,           -- done, refused
  detail   text not null,
  primary key (bucket, id)
);
create index access_audit_of_person on access_audit (bucket, person, at desc);

-- Tokens of systems: only their digest is kept.
create table access_token (
  digest  bytea primary key,        -- sha256 of the token
  account int8 not null,
  kind    text not null,            -- gateway, bearer
  created timestamptz not null,
  expires timestamptz not null
);
