-- The sender's own number of a request: sent again it is the same delivery. And the order in which a page lists deliveries.
alter table exchange_delivery add column request text not null default '';
create unique index exchange_delivery_request on exchange_delivery (source, request) where request <> '';
create index exchange_delivery_newest on exchange_delivery (source, id desc);

-- waiting · filed · partly (something was refused) · refused (the whole file)
alter table exchange_delivery add column state text not null generated always as (
  case when ended is null then 'waiting' when problem <> '' then 'refused' when refused > 0 then 'partly'
    else 'filed' end
) stored;
