-- A list of ten thousand machines looks for the few that are in trouble: these indexes hold them alone, and none of their columns moves
-- with an ordinary sale.
create index slots_faulty on slots (merchant_id, machine_id) include (on_sale) where fault_code <> 1;
create index slots_sold_out on slots (merchant_id, machine_id) where sold_out_at is not null and on_sale and goods_id is not null;
create index dispenses_held on dispenses (merchant_id, slot_id) where state = 'held';
create index machine_conditions_faulty on machine_conditions (merchant_id, machine_id) where condition -> 'faults' <> '[]'::jsonb;

-- The life of a machine, without its orders, which have events of their own, and without what is told every time something was filled.
create index events_by_machine on events (merchant_id, machine_id, id)
  where machine_id is not null and order_id is null and kind <> 'machine.layout-changed' and kind not like 'trade.%'
    and (kind <> 'machine.status-changed' or data -> 'changes' ?| array['online', 'offline']);

-- A chart of three months is read out of the index alone.
alter table machine_telemetry
  drop constraint machine_telemetry_pkey,
  add primary key (merchant_id, machine_id, kind, at, id) include (value);

alter table machine_status
  -- When a heartbeat was last heard: any other message is a sign of life as well, but not that one.
  add column heartbeat_at timestamptz,
  -- When the strength of the signal was last written down, which is not done with every heartbeat.
  add column rssi_kept_at timestamptz;
