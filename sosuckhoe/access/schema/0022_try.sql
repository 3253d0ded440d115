-- Tries to sign in that were refused, in a window: the first of them are lines of the trace, the others are counted
-- here until the window ends, and are one line then.
create table access_try (
  key     bytea primary key,        -- keyed digest of the way, and of the account or else the network address
  account int8,                     -- null: nobody's
  detail  text not null,            -- the way, or that it was a try while one had to wait
  began   timestamptz not null,
  count   int4 not null
);
create index access_try_began on access_try (began);
