select position, ma_lk, outcome, version, rank,
  count(*) filter (where level = 'refused') as refusals, count(*) filter (where level = 'noted') as notes
from (
  select package.*, case outcome when 'refused' then 0 else 1 end as rank
  from exchange_package package where arrival = %(number)s
) package
left join lateral (
  select level from exchange_finding finding
  where finding.arrival = %(number)s and finding.position = package.position
) finding on true
where (rank, position) > (%(rank)s, %(position)s)
group by position, ma_lk, outcome, version, rank
order by rank, position
limit %(most)s
