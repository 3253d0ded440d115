-- Every consent and every other grant of a right, as it was given. A row is never changed: a later one ends it.
create table access_grant (
  bucket    int4 not null,
  id        uuid not null,          -- carries the bucket
  person    int8 not null,          -- whose book
  kind      text not null,          -- data/consents.yaml
  at        timestamptz not null,
  until     timestamptz not null,   -- exclusive; infinity: until it is ended
  account   int8 not null,          -- who gave it
  channel   text not null,          -- page, desk, emergency
  recipient text not null,          -- a facility's code, @account, #person; '' for nobody in particular
  scope     jsonb not null,
  text      text not null,          -- as shown
  digest    bytea not null,         -- sha256 of text in UTF-8
  ends      uuid,                   -- the row that this one ends
  primary key (bucket, id)
);
create index access_grant_of_person on access_grant (bucket, person, at desc);
create unique index access_grant_ended_once on access_grant (bucket, ends) where ends is not null;
create index access_grant_of_recipient on access_grant (recipient, at desc);

-- A tie may come from a grant (basis), end, show labels that are otherwise hidden, and be stronger than an exclusion.
-- `facility` is a facility's code, or @ and the number of one account.
alter table access_tie
  add column basis     uuid not null default '00000000-0000-0000-0000-000000000000',
  add column until     timestamptz not null default 'infinity',
  add column shown     int2 not null default 0,
  add column overrides bool not null default false;
alter table access_tie drop constraint access_tie_pkey, add primary key (bucket, person, facility, basis);

-- Whom the owner has excluded: a facility, or one account (@17).
create table access_exclusion (
  bucket int4 not null,
  person int8 not null,
  holder text not null,
  basis  uuid not null,
  primary key (bucket, person, holder, basis)
);

-- What the owner hides: one entry with what belongs to it, or kinds of entries. Rows that it meets carry labels.HIDDEN.
create table access_hidden (
  bucket int4 not null,
  person int8 not null,
  basis  uuid not null,
  entry  text not null,             -- Type/id; '' for none
  types  text[] not null,
  labels int2 not null,
  primary key (bucket, person, basis)
);

-- When somebody last lost a right to a person's rows: what was copied out before is not handed out any more.
create table access_narrowed (
  bucket int4 not null,
  person int8 not null,
  at     timestamptz not null,
  primary key (bucket, person)
);

-- Records of consent are evidence: who may add them may not change them.
do $$
declare one name;
begin
  for one in
    select distinct grantee from information_schema.role_table_grants
    where table_name = 'access_grant' and privilege_type = 'UPDATE' and grantee <> current_user
  loop
    execute format('revoke update, delete, truncate on access_grant from %I', one);
  end loop;
end $$;

-- Parents and guardians hold a small child's book as its owner would.
update access_relation set level = 'full' where kind in ('mother', 'father', 'guardian');
alter table access_relation add column basis uuid; -- the grant that it comes from; null: the law, or a birth record
create index access_relation_of_dependant on access_relation (dependant);
