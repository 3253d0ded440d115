-- What is done by the clock (site/rounds): the last run of each. Without an end and without its lock it was killed.
create table access_round (
  name    text primary key,
  began   timestamptz not null,
  ended   timestamptz,
  problem text not null default '',   -- the number or kind of what ended it; '': it went well
  done    int8 not null default 0
);
