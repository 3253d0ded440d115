-- An episode of which single entries were erased by right: what it says of them is left out of every later version.
alter table exchange_episode add column cut timestamptz;
create index exchange_episode_erased on exchange_episode (facility, ma_lk) where erased is not null or cut is not null;
-- A record of another system that was erased by right: it is refused from then on.
alter table exchange_told add column erased timestamptz;
-- Deliveries whose file may tell of something that was erased, to be looked through; `found`: it does, and a hold keeps it.
create table exchange_sweep (
  delivery int8 primary key,
  found    boolean not null default false
);
