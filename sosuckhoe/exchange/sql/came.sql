select check_in.arrived, check_in.ma_lk, check_in.kind, check_in.person, check_in.arrival, package.position
from exchange_check_in check_in
join exchange_package package on package.facility = check_in.facility
  and package.ma_lk = check_in.ma_lk and package.arrival = check_in.arrival
where check_in.facility = %(facility)s and check_in.arrived >= %(first)s and check_in.arrived < %(last)s
  and (check_in.arrived, check_in.ma_lk) > (
    select coalesce(max(last.arrived), %(first)s), coalesce(max(last.ma_lk), '')
    from exchange_package seen
    join exchange_check_in last on last.facility = seen.facility and last.ma_lk = seen.ma_lk
    where seen.arrival = %(number)s and seen.position = %(position)s and seen.facility = %(facility)s
  )
order by check_in.arrived, check_in.ma_lk
limit %(most)s
