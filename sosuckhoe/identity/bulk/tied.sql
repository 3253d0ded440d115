-- Whom a link, or a birth in the same home, tied to the records that are told anew: without them they may be others.
select other as record, {since} as batch, false as is_retold
from (select one, other, pattern from compared union all select other, one, pattern from compared)
join touched on touched.record = one and touched.is_retold and touched.batch >= {since}
join verdict using (pattern)
where verdict.verdict = 'link' or verdict.kind in ('newborn', 'home')
