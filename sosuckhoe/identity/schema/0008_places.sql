-- Provinces, districts and communes with their dates, for statements that join by place; filled from the data files
-- (place_table.py), which processes read themselves (docs/adr). No beginning told: 0001-01-01; no end: 9999-12-31.
create table identity_place (
  code        text not null,
  valid_from  date not null,
  valid_until date not null,        -- the last day
  level       text not null,        -- province, district, commune
  name        text not null,
  parent      text not null,        -- '' of a province
  province    text not null,        -- the code of its province in those days; its own of a province
  becomes     text,                 -- its code since 1 July 2025; null: divided, or a district
  primary key (code, valid_from)
);
create index identity_place_of_parent on identity_place (parent, valid_from);
