-- The people who came; and an episode of version 0 for a visit that nobody has spoken of before.
with came as (
  select * from unnest(
    %s::text[], %s::text[], %s::int4[], %s::int8[], %s::uuid[], %s::timestamptz[], %s::timestamptz[], %s::text[],
    %s::int8[]
  ) as came (facility, ma_lk, bucket, person, patient, born, arrived, kind, arrival)
), opened as (
  insert into exchange_episode
    (facility, ma_lk, bucket, person, patient, born, version, arrival, digest, visit, kind)
  select facility, ma_lk, bucket, person, patient, born, 0, arrival, '', arrived, kind from came
  on conflict do nothing
)
insert into exchange_check_in (facility, ma_lk, bucket, person, arrived, kind, arrival)
select facility, ma_lk, bucket, person, arrived, kind, arrival from came
on conflict (facility, ma_lk) do update set
  bucket = excluded.bucket, person = excluded.person, arrived = excluded.arrived, kind = excluded.kind,
  arrival = excluded.arrival
