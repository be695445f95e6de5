-- One index entry for a trigram that several of a user's texts have in common: half as much to write, a third as large. The domain
-- of the address stands apart: a fragment of everybody's would else lead to everybody where only names are looked at.

drop index user_texts_fragments;
alter table user_texts
  add column texts text not null generated always as (
    username || ' ' || shown_name || ' ' || nickname || ' ' || bio || ' ' || split_part(email, '@', 1)
  ) stored,
  add column domain text not null generated always as (substr(email, strpos(email, '@'))) stored;
create index user_texts_fragments on user_texts using gin (texts gin_trgm_ops, domain gin_trgm_ops);
