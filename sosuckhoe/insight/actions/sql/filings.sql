select filing.facility, filing.at, arrival.received, filing.packages, filing.filed, filing.unchanged, filing.refused,
  filing.noted, filing.problem <> ''
from exchange_filing filing join exchange_arrival arrival on arrival.id = filing.arrival
where filing.arrival = any(%s)
