-- What somebody of an office decided of a change that was held, and that what hangs on a death was seen to.
alter table exchange_change
  add column id int8 generated always as identity,      -- ours, for addresses
  add column decided timestamptz,
  add column settled timestamptz,                       -- of a death: `touches` needs nobody any more
  add column account int8 not null default 0,
  add column reason text not null default '';
create unique index exchange_change_id on exchange_change (id);
create index exchange_change_held on exchange_change (at) where outcome = 'held';
create index exchange_change_touching on exchange_change (at)
  where kind = 'death' and outcome in ('done', 'same') and settled is null;
