-- The place of every event in one order without gaps, in which whoever follows the directory reads. Given beside the events,
-- by whoever reads: writers wait for nothing, and the wide rows are not written twice.

create table event_positions (
  tenant_id text collate "C" not null,
  position bigint not null,
  event_id bigint not null,
  primary key (tenant_id, position)
);

-- One row: the last position given, and the state of the database up to which events have one.
create table event_sequence (
  one boolean primary key default true check (one),
  last_position bigint not null,
  seen pg_snapshot
);
insert into event_sequence (last_position) values (0);
