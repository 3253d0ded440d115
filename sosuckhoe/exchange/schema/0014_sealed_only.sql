alter table exchange_word alter column claim set not null, drop column claim_plain;
alter table exchange_card alter column number set not null, alter column next_number set not null,
  drop column number_plain, drop column next_plain;
drop index exchange_change_of_number;
alter table exchange_change alter column blind set not null, drop column number;
create index exchange_change_of_number on exchange_change (blind, kind, turn);
