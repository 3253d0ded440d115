-- Behind the wall (base/wall.py) one knows of the persons in sight who they are, and decides what is open about them.
alter table identity_person enable row level security;
create policy in_sight on identity_person for select using (person = any ((select wall_persons())::int8[]));
alter table identity_identifier enable row level security;
create policy in_sight on identity_identifier for select using (person = any ((select wall_persons())::int8[]));
alter table identity_standing enable row level security;
create policy in_sight on identity_standing for select using (person = any ((select wall_persons())::int8[]));
alter table identity_ticket enable row level security;
create policy in_sight on identity_ticket for select using (person = any ((select wall_persons())::int8[]));
alter table identity_merge enable row level security;
create policy in_sight on identity_merge for select using (
  keep = any ((select wall_persons())::int8[]) or gone = any ((select wall_persons())::int8[])
);
alter table identity_merge_row enable row level security;
alter table identity_doubt enable row level security;
alter table identity_block enable row level security;
alter table identity_review enable row level security;
