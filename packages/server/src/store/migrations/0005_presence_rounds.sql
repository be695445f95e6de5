-- Presence is read from caches as well: a round finds what a transaction wrote by its id. See docs/architecture.md.

alter table user_presence add column xid xid8 not null default pg_current_xact_id();
create index user_presence_xid on user_presence (xid);
