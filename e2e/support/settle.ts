import type { VirtualMachine } from '@polyvend/simulator';
import type { Hub } from '../../packages/server/src/hub.ts';
import type { TestClock } from '../../packages/server/src/testing/clock.ts';
import { rows } from './site.ts';
import { until } from './until.ts';

/** The real time, and what it was moved on by. */
export function clockAhead(): TestClock {
  let ahead = 0;
  return {
    now: () => new Date(Date.now() + ahead * 1000),
    advance(seconds) {
      ahead += seconds;
    },
  };
}

/** All that is under way comes to its end: what is due by the clock is due now, since the clock is moved on. */
export async function settle(hub: Hub, clock: TestClock, machines: readonly VirtualMachine[]): Promise<void> {
  const idle = async () => {
    await Promise.all(machines.map((machine) => machine.idle()));
    await hub.settle();
  };
  for (const machine of machines) machine.behave({ offline: 0, jam: 0, loseAnswer: 0 });
  await until(() => machines.every(({ connected }) => connected), 'the machines to be back', 60_000);
  await until(
    async () => {
      await idle();
      const [open] = await rows<{ queued: number; sent: number }>(hub.ledger)`
        select count(*) filter (where state = 'queued')::int as queued, count(*) filter (where state = 'sent')::int as sent
        from dispense_commands`;
      // A lock, or the time of an answer that never comes, has to pass.
      if (open && open.sent > 0) clock.advance(1);
      for (const machine of machines) machine.heartbeat();
      return open?.queued === 0 && open.sent === 0;
    },
    'every command to come to its end',
    120_000,
  );
  clock.advance(20 * 60);
  await until(
    async () => {
      await idle();
      clock.advance(1);
      const [left] = await rows<{ left: number }>(hub.ledger)`
        select (select count(*) from outbox) + (select count(*) from orders where state = 'unpaid')
          + (select count(*) from notifications where state in ('waiting', 'sending')) as left`;
      return Number(left?.left) === 0;
    },
    'every callback to be delivered',
    120_000,
  );
}
