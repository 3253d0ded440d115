-- Who wants to be told of what, and how far they have been told. Headers are secrets of the subscriber.
create table clinical_subscription (
  id        uuid primary key,
  account   int8 not null,          -- whose rights decide what is told
  version   int4 not null,
  updated   timestamptz not null,
  status    text not null,          -- requested, active, error, off
  topic     text not null,          -- address of a topic; '': every write that meets the criteria
  type      int2 not null,
  criteria  text not null,          -- a search without its type
  endpoint  text not null,
  base      text not null,          -- this server's address, as the subscriber knows it
  headers   text not null,          -- as JSON
  content   text not null,          -- empty, id-only, full-resource; r4, r4-resource for criteria of R4
  heartbeat int4 not null,          -- seconds; 0: none
  most      int4 not null,          -- events in one notification
  ends      timestamptz,
  begun     timestamptz not null,
  told      int8 not null default 0,      -- the number of its last event
  delivered int8 not null default 0,      -- the number of the last event that was received
  failures  int4 not null default 0,
  next_try  timestamptz not null,
  last_sent timestamptz,
  body      bytea not null          -- the resource as its owner gets it, without status and headers
);
create index clinical_subscription_due on clinical_subscription (next_try) where status <> 'off';

-- Outbox: written with the change, emptied by the worker. The transaction's number gives an order that late commits keep.
create table clinical_event (
  bucket   int4 not null,
  position int8 generated always as identity,
  xid      xid8 not null default pg_current_xact_id(),
  at       timestamptz not null,
  type     int2 not null,
  name     text not null,           -- the id of the resource
  topic    text not null,
  primary key (bucket, position)
);
create index clinical_event_in_order on clinical_event (xid, position);

-- Numbered events of each subscription.
create table clinical_notice (
  subscription uuid not null,
  number       int8 not null,
  at           timestamptz not null,
  type         int2 not null,
  name         text not null,
  primary key (subscription, number)
);
