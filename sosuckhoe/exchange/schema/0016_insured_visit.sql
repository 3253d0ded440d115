-- The visits that social insurance told last of a person: where and when, never for what.
create table exchange_insured_visit (
  bucket   int4 not null,
  person   int8 not null,
  facility text not null,
  began    timestamptz not null,
  ended    timestamptz,
  told     timestamptz not null,
  primary key (bucket, person, facility, began)
);
-- Behind the wall (base/wall.py) they are read for the persons in sight.
alter table exchange_insured_visit enable row level security;
create policy in_sight on exchange_insured_visit for select using (person = any ((select wall_persons())::int8[]));
