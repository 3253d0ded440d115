-- The newest versions of some resources, for who may see each. Arrays in parallel: types, buckets, rids.
select r.type, r.rid, r.person, r.version, r.updated, r.codec, r.body
from unnest(%(types)s::int2[], %(buckets)s::int4[], %(rids)s::uuid[]) as wanted (type, bucket, rid)
join clinical_resource r on r.bucket = wanted.bucket and r.rid = wanted.rid and r.type = wanted.type
where r.body is not null
  and case when r.person = 0 then %(registers)s else {may_see} end
    {within}
order by r.type, r.rid
