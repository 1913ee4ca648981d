import type { Publication } from '@polyvend/protocols/machine';
import type { Connection } from './connection.ts';

export type Outbox = ReturnType<typeof createOutbox>;

/**
 * What the world must learn of: outcomes, codes used, sales. Kept until the broker has acknowledged it. Breaks that mqtt.js
 * mends are mqtt.js's to make good; what a new connection has to tell again, and what was lost on purpose, is known here.
 */
export function createOutbox(connection: Connection) {
  const waiting = new Map<number, { readonly publication: Publication; lost: boolean }>();
  let lastId = 0;

  function hand(id: number, publication: Publication): void {
    connection.publish(publication, () => waiting.delete(id));
  }

  return {
    send(publication: Publication): void {
      const id = ++lastId;
      waiting.set(id, { publication, lost: false });
      hand(id, publication);
    },
    /** Not sent now; told when the machine reports. */
    lose(publication: Publication): void {
      waiting.set(++lastId, { publication, lost: true });
    },
    /** @returns how many were told. */
    report(which: { readonly unacknowledged: boolean; readonly lost: boolean }): number {
      const told = [...waiting].filter(([, { lost }]) => (lost ? which.lost : which.unacknowledged));
      for (const [id, kept] of told) {
        kept.lost = false;
        hand(id, kept.publication);
      }
      return told.length;
    },
    forget: () => waiting.clear(),
  };
}
