select arrival.id, arrival.channel, arrival.kind, arrival.received, octet_length(arrival.body) as stored,
  account.display_name as sender, filing.at, filing.packages, filing.filed, filing.unchanged, filing.refused,
  filing.noted, filing.problem, filing.places
from exchange_arrival arrival
left join exchange_filing filing on filing.arrival = arrival.id
left join access_account account on account.id = arrival.account
where arrival.facility = %(facility)s and arrival.id = %(number)s
