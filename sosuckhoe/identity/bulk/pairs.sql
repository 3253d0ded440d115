-- Pairs that share a key, each once: of one that came now with all that are there. In parts, that memory is bounded.
select distinct least(mine.record, theirs.record) as one, greatest(mine.record, theirs.record) as other
from (select * from blocking where record % {parts} = {part} and batch >= {since}) mine
join blocking theirs on mine.key = theirs.key
where (mine.record < theirs.record or theirs.batch < {since})
  and not coalesce(mine.own <> theirs.own, false)
