-- How far the books reach: what is known of each living book, and what was printed of all of them.

-- The day of a person's newest visit, and of the newest data of any hospital file (health profiles too).
alter table insight_person add column visited date, add column heard date;
update insight_person own set visited = newest.visited, heard = newest.heard
from (
  select bucket, person, max(day) filter (where kind <> 'HSSK') as visited, max(day) as heard
  from (
    select bucket, person, kind, (coalesce(visit, born) at time zone 'Asia/Ho_Chi_Minh')::date as day
    from exchange_episode where version > 0
  ) episode
  group by bucket, person
) newest
where own.bucket = newest.bucket and own.person = newest.person;

-- One row for each book: where it is counted, and as what. Renewed every night, only where something has changed.
create table insight_reached (
  bucket     int4 not null,
  person     int8 not null,
  seen       int8 not null,         -- digest of the claim that home and virtues were read from
  province   text not null,         -- of residence as of today, or unknown
  commune    text not null,         -- of residence as of today, or divided, unknown
  virtues    int2 not null,         -- bits, in the order of reach/quality.py: PILLARS, as far as the claim tells
  is_living  boolean not null,
  is_linked  boolean not null default false,
  opened     date,                  -- the last look of the owner or a holder
  visited    date,
  heard      date,
  states     int2 not null default 0,           -- bits, in the order of reach/quality.py: STATES
  primary key (bucket, person)
);

-- Behind the wall (base/wall.py) nobody sees what is known of a book.
alter table insight_reached enable row level security;

-- What was printed on a day. A number that was hidden is not here: it is null.
create table insight_reach (
  day      date not null,
  province text not null,           -- whose page: '' the country's
  place    text not null,           -- reach/grounds.py says how places are called
  measure  text not null,           -- key of data/reach.yaml
  number   int8,                    -- null: hidden
  primary key (day, province, place, measure)
);

-- How far the night's work has come, so that one that was stopped goes on where it stood.
create table insight_reach_night (
  day    date primary key,
  bucket int4 not null,             -- done below this one
  began  timestamptz not null,
  ended  timestamptz
);
