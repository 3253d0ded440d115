-- Values of the number and quantity parameters, as [low, high] of eight-byte numbers: 15 digits count.
create table clinical_number (
  bucket int4 not null,
  rid    uuid not null,
  path   int8 not null,             -- hash of (type, path), as in clinical_date
  low    float8 not null,           -- -Infinity and Infinity: open
  high   float8 not null,
  coded  int8 not null,             -- hash of the unit's system and code; 0: none
  code   int8 not null,             -- hash of the unit's code; 0: none
  unit   int8 not null              -- hash of the unit as people read it; 0: none
);
create index clinical_number_of_resource on clinical_number (bucket, rid);
create index clinical_number_by_value on clinical_number (path, low);
