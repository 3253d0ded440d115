-- Rows by their keys, as batch.sql reads them.
select bucket, rid, person, type, version, label, codec, source, updated,
  (extract(epoch from moment) * 1000000)::int8 - 946684800000000 as low,
  (extract(epoch from moment_to) * 1000000)::int8 - 946684800000000 as high,
  present, self, tokens, body
from unnest(%(buckets)s::int4[], %(rids)s::uuid[], %(types)s::int2[]) as wanted (bucket, rid, type)
join clinical_resource using (bucket, rid, type)
