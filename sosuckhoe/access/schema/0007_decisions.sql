-- Until when a guardian holds a growing child's book at the full level (data/ages.yaml); null: no such day.
alter table access_relation add column full_until date;

-- What an owner shows at a desk: one use, a few minutes. Only the digest is kept.
create table access_desk_code (
  digest  bytea primary key,        -- sha256 of the code
  person  int8 not null,
  account int8 not null,            -- who showed it
  expires timestamptz not null,
  text    text not null             -- the sentence that was shown with it
);

-- Numbers that people have taken at a facility's entrance.
create table access_queue (
  facility text not null,
  day      date not null,
  number   int4 not null,
  person   int8 not null,
  at       timestamptz not null,
  primary key (facility, day, number)
);
create unique index access_queue_of_person on access_queue (facility, day, person);

-- Books opened in an emergency, and what another person found when they reviewed it.
create table access_emergency (
  bucket   int4 not null,
  id       uuid not null,           -- the grant
  person   int8 not null,
  account  int8 not null,
  facility text not null,
  reason   text not null,           -- data/emergency.yaml
  said     text not null,
  at       timestamptz not null,
  due      timestamptz not null,
  reviewed timestamptz,
  reviewer int8,
  verdict  text not null default '',
  note     text not null default '',
  primary key (bucket, id)
);
create index access_emergency_open on access_emergency (due) where reviewed is null;

-- What owners ask for by right: correction, restriction, erasure. Two clocks each (data/requests.yaml).
create table access_request (
  bucket     int4 not null,
  id         uuid not null,
  person     int8 not null,
  kind       text not null,
  entry      text not null,         -- Type/id; '' for the whole book
  facility   text not null,         -- who owns the entry
  said       text not null,
  at         timestamptz not null,
  reply_due  timestamptz not null,
  done_due   timestamptz not null,
  replied    timestamptz,
  answered   timestamptz,
  outcome    text not null default '',
  answer     text not null default '',
  account    int8,                  -- who answered
  primary key (bucket, id)
);
create index access_request_of_facility on access_request (facility, done_due);
create index access_request_of_person on access_request (bucket, person, at desc);
