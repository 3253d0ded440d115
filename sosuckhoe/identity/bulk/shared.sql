-- The keys that two or more records share, and not so many that they say too little; at least one of them came now.
select keyed.key, keyed.record, keyed.batch, keyed.own
from keyed
join (
  select key from keyed group by key having count(*) between 2 and {most} and max(batch) >= {since}
) shared on shared.key = keyed.key
