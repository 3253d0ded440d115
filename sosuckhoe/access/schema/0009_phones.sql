-- What stands in the message to the old telephone, with which its owner stops a change: a keyed digest.
alter table access_phone add column stops bytea;
create unique index access_phone_stops on access_phone (stops) where stops is not null;
