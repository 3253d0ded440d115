-- Values of the string parameters (names, addresses, texts), without marks and case.
create table clinical_text (
  bucket int4 not null,
  rid    uuid not null,
  path   int8 not null,             -- hash of (type, path), as in clinical_date
  exact  int8 not null,             -- hash of the value as written
  folded text collate "C" not null  -- base.text.fold
);
create index clinical_text_of_resource on clinical_text (bucket, rid);
-- What starts with these letters, over everybody. 40 letters tell values apart and keep the index small.
create index clinical_text_by_start on clinical_text (path, left(folded, 40));
