-- Move rows to history, each only if it is still of the version that was seen. Arrays in parallel.
with gone as (
  delete from clinical_resource kept
  using unnest(%s::int4[], %s::uuid[], %s::int4[]) as seen (bucket, rid, version)
  where kept.bucket = seen.bucket and kept.rid = seen.rid and kept.version = seen.version
  returning kept.*
), undated as (
  delete from clinical_date value using gone where value.bucket = gone.bucket and value.rid = gone.rid
), unnamed as (
  delete from clinical_text value using gone where value.bucket = gone.bucket and value.rid = gone.rid
), uncounted as (
  delete from clinical_number value using gone where value.bucket = gone.bucket and value.rid = gone.rid
)
insert into clinical_history (bucket, rid, version, person, type, label, codec, source, updated, body)
select bucket, rid, version, person, type, label, codec, source, updated, body from gone
