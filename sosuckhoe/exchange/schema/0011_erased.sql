-- A visit that was erased by right: what stays of it, so that the same file does not bring it back.
alter table exchange_episode add column erased timestamptz;
