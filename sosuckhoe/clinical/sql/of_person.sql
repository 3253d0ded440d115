-- Everything of one person, newest first.
select type, rid, person, version, updated, codec, body
from clinical_resource
where bucket = %(bucket)s and person = %(person)s and body is not null and label & %(hidden)s = 0
order by moment desc nulls last, rid
limit %(limit)s
