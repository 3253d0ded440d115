-- Of resources that are, or were, deleted those that an actor may know of (subscribing/deletions.py).
select r.rid, r.person
from unnest(%(buckets)s::int4[], %(rids)s::uuid[]) as wanted (bucket, rid)
join clinical_resource r on r.bucket = wanted.bucket and r.rid = wanted.rid
where r.type = %(type)s and r.label & %(erased)s = 0
  and case when r.person = 0 then %(registers)s else {may_see} end
  {within}
