-- Which keys this database has met: a proof of each, that tells another one apart and nothing of the key. 0: the index key.
create table access_data_key (
  number int2 primary key,
  proof  bytea not null
);
