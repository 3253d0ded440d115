-- Beside each text and number the main date of its resource, so that what is asked of them is found in the order of the
-- answer: a page of 20 reads as far as it must, however many there are.
alter table clinical_text add column moment timestamptz;
alter table clinical_number add column moment timestamptz;
update clinical_text value set moment = kept.moment from clinical_resource kept
where kept.bucket = value.bucket and kept.rid = value.rid and kept.moment is not null;
update clinical_number value set moment = kept.moment from clinical_resource kept
where kept.bucket = value.bucket and kept.rid = value.rid and kept.moment is not null;
create index clinical_text_in_order on clinical_text (path, moment desc nulls last, rid);
-- Values stand in the index too: those that are passed over cost nothing else.
create index clinical_number_in_order on clinical_number (path, moment desc nulls last, rid) include (bucket, low, high);
create index clinical_number_paired_in_order on clinical_number (pair, moment desc nulls last, rid)
  include (bucket, low, high, system) where pair <> 0;
