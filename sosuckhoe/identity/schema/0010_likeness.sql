-- Joins by likeness: what each field told and how many bits that was worth. No value of a record stands here.
create table identity_likeness (
  bucket   int4 not null,
  likeness uuid not null,           -- carries the bucket
  person   int8 not null,           -- who was meant
  facility text not null,           -- whose record it was; '' when two persons were made one
  at       timestamptz not null,
  total    float8 not null,         -- bits
  verdict  text not null,
  rule     text not null,           -- the rule that was answered by what is known of the home, '' for none
  levels   jsonb not null,          -- [field, level, bits] each
  primary key (bucket, likeness)
);
create index identity_likeness_of_person on identity_likeness (bucket, person, at desc);
