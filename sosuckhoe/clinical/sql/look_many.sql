-- The newest versions of some resources, for who may see each. Arrays in parallel: types, buckets, rids.
select r.type, r.rid, r.person, r.version, r.updated, r.codec, r.body
from unnest(%s::int2[], %s::int4[], %s::uuid[]) as wanted (type, bucket, rid)
join clinical_resource r on r.bucket = wanted.bucket and r.rid = wanted.rid and r.type = wanted.type
where r.body is not null
  and case when r.person = 0 then %s
    else r.label & %s = 0 and (
      %s or r.person = any (%s::int8[]) or exists (
        select from access_tie t where t.bucket = r.bucket and t.person = r.person and t.facility = %s
      )
    )
  end
order by r.type, r.rid
