select arrival.id, arrival.channel, arrival.kind, arrival.received, filing.at, filing.packages, filing.filed,
  filing.unchanged, filing.refused, filing.noted, filing.problem
from exchange_arrival arrival left join exchange_filing filing on filing.arrival = arrival.id
where arrival.facility = %(facility)s and arrival.received >= %(first)s and arrival.received < %(last)s
  and (%(channel)s = '' or arrival.channel = %(channel)s)
  and case %(outcome)s
    when 'waiting' then filing.arrival is null
    when 'refused' then filing.refused > 0 or filing.problem <> ''
    when 'noted' then filing.noted > 0
    when 'filed' then filing.filed > 0
    else true
  end
  and (%(before)s::int8 is null or (arrival.received, arrival.id) < (
    select received, id from exchange_arrival where id = %(before)s and facility = %(facility)s
  ))
order by arrival.received desc, arrival.id desc
limit %(most)s
