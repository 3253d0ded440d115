-- What stands in the message to the old telephone, with which its owner stops a change: a keyed digest.
alter table access_phone add column keep bytea;
create unique index access_phone_kept on access_phone (keep) where keep is not null;
