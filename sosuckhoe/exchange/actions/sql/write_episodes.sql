insert into exchange_episode
  (facility, ma_lk, bucket, person, patient, born, version, arrival, digest, visit, kind, province, commune, told)
select * from unnest(
  %s::text[], %s::text[], %s::int4[], %s::int8[], %s::uuid[], %s::timestamptz[], %s::int4[], %s::int8[], %s::bytea[],
  %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::timestamptz[]
)
on conflict (facility, ma_lk) do update set
  bucket = excluded.bucket, person = excluded.person, patient = excluded.patient, version = excluded.version,
  arrival = excluded.arrival, digest = excluded.digest, visit = excluded.visit, kind = excluded.kind,
  province = excluded.province, commune = excluded.commune, told = excluded.told
where exchange_episode.erased is null
