/**
 * Claims the next queued command of a machine in one statement: a buyer stands before the machine, and every statement more is
 * a way to the database and back.
 *
 * $1 merchant, $2 machine, $3 now, $4 silent when not heard since, $5 the deadline of the answer, $6 lock seconds by drive,
 * $7 the cause, $8 whether someone outside wants to know, $9 whether the machine is known to listen, $10 commands that act, which go first:
 * a machine that is to start again must not be kept from it by what it does not manage
 *
 * The order's trades are due: that it was sent is shown by lists, so that nobody need be woken for it.
 *
 * The row of the lock is held first: of two that claim at once the second waits there, and finds the machine locked.
 */
export const claimCommandSql = `
with machine as (
  select m.machine_no, t.device_key
  from machine_locks l
  join machines m on m.merchant_id = l.merchant_id and m.id = l.machine_id
  join merchants t on t.id = l.merchant_id
  left join machine_status s on s.merchant_id = l.merchant_id and s.machine_id = l.machine_id
  where l.merchant_id = $1::bigint and l.machine_id = $2::bigint and l.locked_until <= $3::timestamptz
    and (t.debug_mode and $9::bool or (s.last_seen_at > $4::timestamptz and (s.offline_at is null or s.offline_at < s.last_seen_at)))
    and not exists (
      select from machine_commands a where a.merchant_id = $1::bigint and a.machine_id = $2::bigint and a.state = 'queued'
        and a.kind = any($10::text[]) and a.due_at > $3::timestamptz)
  for no key update of l
), next as (
  select machine.machine_no, machine.device_key, c.id, c.order_id, c.line_id, c.quantity, c.slot_id
  from machine cross join lateral (
    select * from dispense_commands
    where merchant_id = $1::bigint and machine_id = $2::bigint and state = 'queued'
    order by id
    limit 1
    for no key update
  ) c
), claimed as (
  select next.*, s.product_id, s.code, b.addr, b.drive, b.has_lift, b.has_drop_detection
  from next
  join slots s on s.merchant_id = $1::bigint and s.id = next.slot_id
  join cabinets b on b.merchant_id = s.merchant_id and b.id = s.cabinet_id
), sent as (
  update dispense_commands c set state = 'sent', sent_at = $3::timestamptz, deadline = $5::timestamptz
  from claimed where c.merchant_id = $1::bigint and c.id = claimed.id
), units as (
  update dispenses d set state = 'sent', changed_at = $3::timestamptz
  from claimed where d.merchant_id = $1::bigint and d.command_id = claimed.id and d.state = 'queued'
), locked as (
  update machine_locks l
  set command_id = claimed.id, locked_until = $3::timestamptz + make_interval(secs => ($6::jsonb ->> claimed.drive)::float8)
  from claimed where l.merchant_id = $1::bigint and l.machine_id = $2::bigint
), told as (
  insert into events (merchant_id, at, kind, order_id, machine_id, data, cause)
  select $1::bigint, $3::timestamptz, 'dispense.sent', order_id, $2::bigint,
    jsonb_build_object('commandId', id, 'lineId', line_id, 'quantity', quantity), $7::jsonb
  from claimed
  returning merchant_id, id
), posted as (
  insert into outbox (merchant_id, event_id) select merchant_id, id from told where $8::bool returning event_id
), due as (
  insert into sales_due (merchant_id, order_id) select $1::bigint, order_id from claimed where order_id is not null
), woken as (
  select count(pg_notify('outbox', '')) from posted
)
select $1::bigint as "merchantId", $2::bigint as "machineId", machine_no as "machineNo", device_key as "deviceKey", id,
  order_id as "orderId", line_id as "lineId", quantity, product_id as "productId", code as "slotCode", addr as "cabinetAddr",
  drive, has_lift as "hasLift", has_drop_detection as "hasDropDetection", $3::timestamptz as "sentAt"
from claimed, woken`;
