-- What social insurance told last of a person's card.
create table exchange_card (
  bucket      int4 not null,
  person      int8 not null,
  number      text not null,
  result      text not null,          -- result code: exchange/bhxh/data/results.yaml
  state       text not null,          -- what it means for the card on that day
  since       date,
  until       date,
  registered  text not null,          -- facility of first registration
  benefit     text not null,          -- third sign of the number
  five_years  date,                   -- since when the contributions are five years without a gap
  next_number text not null,          -- a new card
  next_since  date,
  next_until  date,
  checked     timestamptz not null,
  facility    text not null,          -- for whom it was asked; '' by night
  primary key (bucket, person)
);
create index exchange_card_by_end on exchange_card (until) where until is not null;
