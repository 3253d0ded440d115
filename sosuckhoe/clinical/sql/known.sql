-- What the store has under these keys. Arrays in parallel: buckets, rids.
select kept.rid, kept.person, kept.type, kept.version, kept.label, kept.codec, kept.updated, kept.body
from unnest(%s::int4[], %s::uuid[]) as wanted (bucket, rid)
join clinical_resource kept on kept.bucket = wanted.bucket and kept.rid = wanted.rid
