-- Whether the file of a delivery is still kept (access/data/retention.yaml); the row stays when it is not. One file may be several deliveries'.
alter table exchange_delivery add column kept boolean not null default true;
create index exchange_delivery_of_digest on exchange_delivery (digest);
