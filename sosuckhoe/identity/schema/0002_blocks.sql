-- Which persons a small key means (identity/compare/blocking.py): records that may be one person share one.
-- An index table: it is placed by the key, not by the person.
create table identity_block (
  key    int8 not null,
  bucket int4 not null,             -- of the person
  person int8 not null,
  primary key (key, bucket, person)
);

-- How alike the two were when they were kept apart (bits, identity/compare/score.py); of doubts from before, not known.
-- `system` is 'likeness' where they share no number that could have joined them.
alter table identity_doubt add column score real;
