select upload.key, upload.at, account.display_name as sender, count(file.position) as files,
  count(file.arrival) filter (where filing.arrival is null) as waiting,
  count(*) filter (where file.problem <> '' or filing.problem <> '' or filing.refused > 0) as faulty
from (
  select * from exchange_upload
  where facility = %(facility)s and (%(key)s::uuid is null or key = %(key)s) order by at desc limit %(most)s
) upload
left join exchange_upload_file file on file.upload = upload.key
left join exchange_filing filing on filing.arrival = file.arrival
left join access_account account on account.id = upload.account
group by upload.key, upload.at, account.display_name
order by upload.at desc
