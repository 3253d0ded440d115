-- What a court or an authority decided about who holds a book, as a steward entered it.
create table access_custody (
  bucket    int4 not null,
  id        uuid not null,
  person    int8 not null,          -- whose book
  holder    int8 not null,
  deed      text not null,          -- end, give
  reason    text not null,          -- data/custody.yaml
  document  text not null,          -- the decision's number, as written on it
  authority text not null,
  decided   date not null,
  account   int8 not null,          -- who entered it
  at        timestamptz not null,
  primary key (bucket, id)
);
create index access_custody_of_person on access_custody (bucket, person, at desc);

-- News that must reach people by SMS within a minute. One row a telephone; the worker sends within the bounds of sending.
create table access_notice (
  id     int8 generated always as identity primary key,
  kind   text not null,             -- access/sending.py
  blind  bytea not null,            -- of the number
  prefix bytea not null,
  sealed bytea,                     -- the number, until the worker has looked
  made   timestamptz not null,
  sent   timestamptz
);
create index access_notice_waiting on access_notice (made) where sealed is not null;
create index access_notice_of_number on access_notice (blind, sent);
create index access_notice_of_prefix on access_notice (prefix, sent);
create index access_notice_sent on access_notice (sent);
