-- Links that owners have made. What a link lets see, until when, and whether it was ended stands in access_grant.
create table book_link (
  bucket   int4 not null,
  code     bytea not null,          -- 34 bytes, which the address carries: the bucket and 256 bits of chance
  person   int8 not null,
  "grant"  uuid not null,
  secret   bytea not null,          -- the key of its files, sealed (links/sealing.py)
  passcode text not null,           -- as Django hashes passwords; '' without one
  once     bool not null,
  opened   int4 not null default 0,
  wrong    int4 not null default 0, -- wrong passcodes in its whole life
  primary key (bucket, code)
);
create index book_link_of_person on book_link (bucket, person);

-- Who opened a link, by what they said of themselves.
create table book_link_opening (
  bucket    int4 not null,
  code      bytea not null,
  at        timestamptz not null,
  recipient text not null
);
create index book_link_opening_of_link on book_link_opening (bucket, code, at);
