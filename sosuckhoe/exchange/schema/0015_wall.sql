-- Behind the wall (base/wall.py) what hospitals and other systems have sent is read for the persons in sight.
alter table exchange_record enable row level security;
create policy in_sight on exchange_record for select using (person = any ((select wall_persons())::int8[]));
alter table exchange_episode enable row level security;
create policy in_sight on exchange_episode for select using (person = any ((select wall_persons())::int8[]));
alter table exchange_check_in enable row level security;
create policy in_sight on exchange_check_in for select using (person = any ((select wall_persons())::int8[]));
alter table exchange_change enable row level security;
create policy in_sight on exchange_change for select using (person = any ((select wall_persons())::int8[]));
alter table exchange_word enable row level security;
create policy in_sight on exchange_word for select using (person = any ((select wall_persons())::int8[]));
alter table exchange_told enable row level security;
create policy in_sight on exchange_told for select using (person = any ((select wall_persons())::int8[]));
alter table exchange_card enable row level security;
create policy in_sight on exchange_card for select using (person = any ((select wall_persons())::int8[]));
