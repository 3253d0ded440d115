-- Texts of a path that begin with the same two letters, in the order of the answer: who looks for a name passes over those
-- of these letters alone, and asks by them whether a resource has another one beside.
create index clinical_text_lettered on clinical_text (path, left(start, 2), moment desc nulls last, rid)
  include (bucket, start);
