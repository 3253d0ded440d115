-- What must not be removed although its time is over, by an order or a dispute. Kept when it has ended.
create table access_hold (
  id        uuid primary key,
  person    int8 not null,          -- 0: everybody's
  class     text not null,          -- data/retention.yaml; '': every class
  document  text not null,          -- the number of the order, as written on it
  authority text not null,
  account   int8 not null,          -- who entered it
  at        timestamptz not null,
  released  timestamptz
);
create index access_hold_living on access_hold (person) where released is null;

-- Where the nightly round stands: a class of a day that has not ended goes on where it was.
create table access_retention_night (
  day     date not null,
  class   text not null,
  began   timestamptz not null,
  ended   timestamptz,
  removed int8 not null default 0,
  primary key (day, class)
);
