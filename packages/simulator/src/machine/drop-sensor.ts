import { createHistory } from '../shared/history.ts';

/** One unit that really fell. */
export interface Drop {
  readonly at: Date;
  readonly cause: 'command' | 'test' | 'pickup-code' | 'cash';
  readonly deliveryId: string | undefined;
  readonly orderId: number | undefined;
  readonly recordId: number | undefined;
  readonly addr: number;
  readonly code: string;
  /** Which unit of its command, from 0. */
  readonly index: number;
}

export type Slip = Pick<Drop, 'deliveryId' | 'orderId' | 'recordId'>;

export type DropSensor = ReturnType<typeof createDropSensor>;

/** The witness: it counts what falls and keeps all of it. */
export function createDropSensor(onDrop: (drop: Drop) => void = () => {}) {
  const history = createHistory<Drop>();
  return {
    drops: history.entries,
    saw(drop: Drop) {
      history.add(drop);
      onDrop(drop);
    },
    async waitFor(count: number, timeoutMs: number): Promise<readonly Drop[]> {
      const enough = () => history.entries.length >= count;
      if (!enough()) await history.next(enough, timeoutMs, `${count} drops (there were ${history.entries.length} when it began)`);
      return [...history.entries];
    },
  };
}

/**
 * Whose unit it is, read from the command's bytes with nothing that the hub uses too: a fault in the shared reading of
 * messages must not be able to make hub and witness agree.
 */
export function readSlip(payload: Uint8Array): Slip {
  const fields = JSON.parse(Buffer.from(Buffer.from(payload).toString('latin1'), 'base64').toString('utf8')) as {
    [field: string]: string | number | undefined;
  };
  const idOf = (value: string | number | undefined) => (value === undefined || value === '' ? undefined : Number(value));
  const { delivery_id: deliveryId } = fields;
  return {
    deliveryId: deliveryId === undefined ? undefined : String(deliveryId),
    orderId: idOf(fields.order_id),
    recordId: idOf(fields.record_id),
  };
}
