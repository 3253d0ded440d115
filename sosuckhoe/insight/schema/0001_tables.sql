-- What pages count from. Every row can be made again from exchange's tables (docs/insight.md).

-- What each person adds to the cells: a correction takes away exactly what was added before.
create table insight_person (
  bucket int4 not null,
  person int8 not null,
  shares jsonb not null,            -- [[measure, parent, since, place, kind, count], …]
  primary key (bucket, person)
);

-- Books and visits by place of residence, as the 34 provinces have it.
create table insight_cell (
  measure text not null,            -- book, year, week, kind
  parent  text not null,            -- '' for the country's parts, a province for its parts
  since   date not null,            -- first day of the year or week; 0001-01-01 for books
  place   text not null,            -- '' the country; province; commune; divided, unknown: in no commune
  kind    text not null,            -- MA_LOAI_KCB for measure kind
  count   int8 not null,            -- books or visits
  people  int8 not null,
  primary key (measure, parent, since, place, kind)
);

-- What each check-in adds to the hours.
create table insight_checked_in (
  facility text not null,
  ma_lk    text not null,
  day      date not null,
  hour     int2 not null,
  place    text not null,
  primary key (facility, ma_lk)
);

-- Check-ins by day, hour and facility. facility '': of the place.
create table insight_hour (
  day      date not null,
  place    text not null,           -- of the facility: province, or unknown; '' the country
  facility text not null,
  hour     int2 not null,
  count    int8 not null,
  primary key (day, place, facility, hour)
);

-- What facilities sent, and what came of it. facility '': of the place; place '': of the country.
create table insight_sent (
  span      text not null,          -- day, month
  place     text not null,
  since     date not null,
  facility  text not null,
  arrivals  int8 not null,
  broken    int8 not null,          -- arrivals refused whole
  packages  int8 not null,
  filed     int8 not null,
  unchanged int8 not null,
  refused   int8 not null,
  noted     int8 not null,          -- notes, not packages
  newest    timestamptz not null,   -- last received
  primary key (span, place, since, facility)
);
create index insight_sent_of_facility on insight_sent (facility, span, since);

-- Which rules were broken how often, by month and place of the facility.
create table insight_broken (
  place text not null,
  since date not null,
  rule  text not null,
  tbl   text not null,
  field text not null,
  level text not null,
  count int8 not null,
  example text not null,            -- the smallest value class seen: it names what the rule asks for
  primary key (place, since, rule, tbl, field, level)
);

-- How far the counts have come.
create table insight_state (
  single   boolean primary key default true check (single),
  arrivals int8 not null,
  as_of    timestamptz not null     -- every filing committed before this moment is counted
);
