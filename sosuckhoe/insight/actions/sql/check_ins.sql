-- Check-ins of these arrivals as they stand, beside the hour at which each was counted before.
select came.facility, came.ma_lk, came.arrived, counted.day, counted.hour, counted.place
from (
  select distinct facility, ma_lk from exchange_package where arrival = any(%s) and outcome = 'filed'
) filed
join exchange_check_in came using (facility, ma_lk)
left join insight_checked_in counted using (facility, ma_lk)
