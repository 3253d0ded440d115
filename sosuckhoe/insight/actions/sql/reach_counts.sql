-- What a print is made from: every count by place, in the order of data/reach.yaml. A virtue is kept when the claim keeps
-- it, the states that it asks for hold, and the newest data are new enough (-infinity: it does not ask).
select province, commune, count(*),
  count(*) filter (where is_linked),
  count(*) filter (where is_linked and opened > %(opened)s),
  count(*) filter (where visited > %(filled)s),
  count(*) filter (where states & 1 <> 0),
  count(*) filter (where virtues & 1 <> 0 and states & %(right)s = %(right)s
    and coalesce(heard, '-infinity') >= %(right_since)s::date),
  count(*) filter (where virtues & 2 <> 0 and states & %(complete)s = %(complete)s
    and coalesce(heard, '-infinity') >= %(complete_since)s::date),
  count(*) filter (where virtues & 4 <> 0 and states & %(clean)s = %(clean)s
    and coalesce(heard, '-infinity') >= %(clean_since)s::date),
  count(*) filter (where virtues & 8 <> 0 and states & %(alive)s = %(alive)s
    and coalesce(heard, '-infinity') >= %(alive_since)s::date)
from insight_reached where is_living group by province, commune
