-- The persons whose Patient resources have these keys: asked before every search that names a patient.
select kept.person
from unnest(%(buckets)s::int8[], %(keys)s::uuid[]) as wanted (bucket, rid)
join clinical_resource kept on kept.bucket = wanted.bucket and kept.rid = wanted.rid
where kept.type = %(type)s::int8
