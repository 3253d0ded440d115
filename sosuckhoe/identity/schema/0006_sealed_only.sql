alter table identity_person alter column claim set not null, alter column claim set storage external,
  drop column claim_plain;
alter table identity_identifier drop constraint identity_identifier_pkey;
alter table identity_identifier drop column value, alter column blind set not null, add primary key (system, blind);
alter table identity_ticket alter column ours set not null, alter column theirs set not null,
  drop column ours_plain, drop column theirs_plain;
