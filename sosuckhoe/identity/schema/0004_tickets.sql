-- How a person stands with the population register. No row: never asked.
create table identity_standing (
  bucket  int4 not null,
  person  int8 not null,
  state   text not null,            -- verified, differs, unknown
  checked timestamptz not null,
  primary key (bucket, person)
);

-- Where the register's word differs from ours: open until somebody decides. Decided ones keep both words.
create table identity_ticket (
  bucket   int4 not null,
  ticket   uuid not null,           -- carries the bucket
  person   int8 not null,
  source   text not null,           -- population
  facility text not null,           -- whose word ours is: it may decide, and so may the citizen
  ours     jsonb not null,          -- field → our word
  theirs   jsonb not null,          -- field → the register's word; of a number: other, unknown
  state    text not null,           -- open, resolved (theirs), refused (ours), superseded
  opened   timestamptz not null,
  closed   timestamptz,
  account  int8 not null default 0, -- who decided; 0: the program, after an official change
  reason   text not null default '',
  primary key (bucket, ticket)
);
create unique index identity_ticket_open on identity_ticket (bucket, person, source) where state = 'open';
create index identity_ticket_by_key on identity_ticket (ticket);
create index identity_ticket_of_person on identity_ticket (bucket, person, opened desc);
create index identity_ticket_of_facility on identity_ticket (facility, opened desc) where state = 'open';
