-- The version that one update will supersede, for who may write it (actions/alone.py). A resource stays its person's.
select r.person, r.version, r.label, r.codec, r.updated, r.body
from clinical_resource r, lateral (select r.bucket, r.person, r.label | %(label)s::int2 as label) w
where r.bucket = %(bucket)s and r.rid = %(rid)s and r.type = %(type)s and r.body is not null
  and case when r.person = 0 then %(registers)s else {may_write} end
  and not exists (select from access_hidden h where h.bucket = r.bucket and h.person = r.person)
  and case when %(is_own)s then true when %(patient)s::uuid is null then r.person = 0
    else exists (
      select from clinical_resource p
      where p.bucket = %(patient_bucket)s and p.rid = %(patient)s and p.person = r.person
    )
  end
