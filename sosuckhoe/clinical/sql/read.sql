-- The newest version of one resource.
select type, rid, person, version, updated, codec, body
from clinical_resource
where bucket = %s and rid = %s and type = %s and body is not null
