-- A card with a QR code for people without a telephone. Nothing has written to the table of before.
drop table access_card;
create table access_card (
  id       bytea primary key,       -- keyed digest of what the QR code holds
  account  int8 not null,
  pin      text not null,           -- of a keyed digest of it, as a password is kept
  facility text not null,           -- where it was given out
  clerk    int8 not null,           -- who gave it out
  proof    text not null,           -- how the person was known: data/cards.yaml
  made     timestamptz not null,
  tries    int4 not null default 0, -- wrong PINs since the last right one
  ended    timestamptz,
  why      text not null default '' -- data/cards.yaml
);
create unique index access_card_living on access_card (account) where ended is null;
create index access_card_of_account on access_card (account, made desc);
