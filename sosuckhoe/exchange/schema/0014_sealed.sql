-- Words of vendors, numbers of cards and of changes are sealed or blind (at_rest.py); converted between the two parts.
alter table exchange_word rename column claim to claim_plain;
alter table exchange_word add column claim bytea;
alter table exchange_card rename column number to number_plain;
alter table exchange_card rename column next_number to next_plain;
alter table exchange_card add column number bytea, add column next_number bytea;
alter table exchange_change add column blind bytea;
