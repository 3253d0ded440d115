-- Behind the wall (base/wall.py) resources and their versions are read for the persons in sight and for those to whom a
-- tie of a holder in sight leads; what is found by values, and what is told to others, by nobody.
alter table clinical_resource enable row level security;
alter table clinical_history enable row level security;
create policy in_sight on clinical_resource for select using (
  person = 0 or person = any ((select wall_persons())::int8[]) or exists (
    select from access_tie t where t.bucket = clinical_resource.bucket and t.person = clinical_resource.person
      and t.facility = any ((select wall_holders())::text[]) and t.until > now()
  )
);
create policy in_sight on clinical_history for select using (
  person = 0 or person = any ((select wall_persons())::int8[]) or exists (
    select from access_tie t where t.bucket = clinical_history.bucket and t.person = clinical_history.person
      and t.facility = any ((select wall_holders())::text[]) and t.until > now()
  )
);
alter table clinical_date enable row level security;
alter table clinical_text enable row level security;
alter table clinical_number enable row level security;
alter table clinical_request enable row level security;
alter table clinical_job_person enable row level security;
alter table clinical_event enable row level security;
alter table clinical_notice enable row level security;
