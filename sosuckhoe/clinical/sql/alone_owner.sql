select w.person
  from clinical_resource p, lateral (select p.bucket, p.person, %(label)s::int2 as label) w
  where p.bucket = %(bucket)s and p.rid = %(patient)s and p.type = %(patient_type)s and p.person <> 0
    and {may_write}
    and not exists (select from access_hidden h where h.bucket = p.bucket and h.person = p.person)
    for key share of p
