-- The day on which somebody was cared for, as a record of another system says; null where it says none (feeds/happening.py).
alter table exchange_told add column day date;
-- The newest such day of each patient record: of a visit, and of anything. Kept up to date with the records.
alter table exchange_word add column visited date, add column heard date;
