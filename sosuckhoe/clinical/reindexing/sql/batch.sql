-- The next rows of a type in the order of when they were written, as many as fit in so many bytes; one at least.
select bucket, rid, person, type, version, label, codec, source, updated,
  (extract(epoch from moment) * 1000000)::int8 - 946684800000000 as low,
  (extract(epoch from moment_to) * 1000000)::int8 - 946684800000000 as high,
  present, self, tokens, body
from (
  select r.*, sum(coalesce(octet_length(r.body), 0)) over (order by r.updated, r.rid) as bytes
  from (
    select * from clinical_resource
    where type = %(type)s and (updated, rid) > (%(updated)s, %(rid)s)
    order by updated, rid
    limit %(rows)s
  ) r
) r
where bytes - coalesce(octet_length(body), 0) < %(bytes)s
order by updated, rid
