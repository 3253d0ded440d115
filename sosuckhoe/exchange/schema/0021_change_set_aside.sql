-- A change at which this program itself failed is set aside (outcome 'failed') and tried again every night.
alter table exchange_change
  add column problem text not null default '',   -- number or kind of the failure
  add column tries   int4 not null default 0;
create index exchange_change_failed on exchange_change (turn) where outcome = 'failed';
