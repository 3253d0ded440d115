-- A subscription, new or changed; a changed one asks its receiver anew and keeps its numbers.
insert into clinical_subscription (
  id, account, version, updated, status, topic, type, criteria, endpoint, base, headers, content, heartbeat, most, ends,
  begun, next_try, body
) values (
  %(id)s, %(account)s, %(version)s, %(updated)s, %(status)s, %(topic)s, %(type)s, %(criteria)s, %(endpoint)s,
  %(base)s, %(headers)s, %(content)s, %(heartbeat)s, %(most)s, %(ends)s, %(at)s, %(at)s, %(body)s
)
on conflict (id) do update set
  version = excluded.version, updated = excluded.updated, status = excluded.status, topic = excluded.topic,
  type = excluded.type, criteria = excluded.criteria, endpoint = excluded.endpoint, base = excluded.base, headers = excluded.headers,
  content = excluded.content, heartbeat = excluded.heartbeat, most = excluded.most, ends = excluded.ends,
  begun = excluded.begun, next_try = excluded.next_try, failures = 0, body = excluded.body
