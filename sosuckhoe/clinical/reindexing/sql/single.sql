-- One row, as batch.sql reads it.
select bucket, rid, person, type, version, label, codec, source, updated,
  (extract(epoch from moment) * 1000000)::int8 - 946684800000000 as low,
  (extract(epoch from moment_to) * 1000000)::int8 - 946684800000000 as high,
  present, self, tokens, body
from clinical_resource
where bucket = %(bucket)s and rid = %(rid)s and type = %(type)s
