-- Who looked into a book: what one account did in one way on one day is one line, newest first.
select max(audit.at) as at, min(audit.at) as first, count(*) as times, account.display_name as name, audit.role,
  audit.facility, audit.purpose, audit.action, app.name as app,
  audit.account = %(apart_from)s and app.id is null as is_own
from unnest(%(buckets)s::int4[], %(persons)s::int8[]) as asked (bucket, person)
join access_audit audit using (bucket, person)
left join access_account account on account.id = audit.account
left join access_app app on app.id = substring(audit.detail from '^app:(\S+)')
where audit.outcome = 'done' and (audit.account <> %(apart_from)s or app.id is not null
    or audit.kind = 'account' and audit.action = any (%(keys)s))
  and (audit.role = 'program' and audit.action = any (%(by_itself)s)) = %(automatic)s
group by (audit.at at time zone 'Asia/Ho_Chi_Minh')::date, audit.account, account.display_name, audit.role,
  audit.facility, audit.purpose, audit.action, app.id, app.name
order by at desc
