-- When the sending system wrote the current version, where its file says so (health profiles): an older one does not replace it.
alter table exchange_episode add column told timestamptz;
