select finding.facility, filing.at, rule, tbl, field, level, count(*), min(value_class)
from exchange_finding finding join exchange_filing filing using (arrival)
where arrival = any(%s)
group by finding.facility, filing.at, rule, tbl, field, level
