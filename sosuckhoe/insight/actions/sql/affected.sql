-- Everybody whose visits these arrivals may have changed: the persons of their packages, and those with whom an
-- earlier version of the same episode lay before a correction moved it.
select distinct other.bucket, other.person
from exchange_package mine
join exchange_package other using (facility, ma_lk)
where mine.arrival = any(%s) and mine.outcome = 'filed' and other.outcome = 'filed'
order by other.bucket, other.person
