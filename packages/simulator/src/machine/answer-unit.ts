import type { MachineClient, Outcome, Publication, ToMachineBody } from '@polyvend/protocols/machine';
import type { Timers } from '../shared/clock.ts';
import type { Random } from '../shared/random.ts';
import type { MachineCounts } from './counts.ts';
import type { Fate } from './fate.ts';
import { makeGarbage } from './garbage.ts';

export interface AnswerParts {
  readonly wire: MachineClient;
  readonly key: string;
  readonly machineNo: string;
  readonly timers: Timers;
  readonly random: Random;
  readonly counts: MachineCounts;
  readonly send: (publication: Publication, method: string) => void;
  readonly lose: (publication: Publication) => void;
}

/** Tells the hub how a unit ended: once and at once, or as fate will have it. */
export function answerUnit(
  parts: AnswerParts,
  command: ToMachineBody<'device.delivery.put'>,
  index: number,
  outcome: Outcome,
  fate: Fate,
): void {
  const { wire, timers, counts, send, lose } = parts;
  const answer = wire.delivered(command, index, told(outcome, fate));

  function sendAll(): void {
    for (let times = 0; times <= fate.repeats; times++) {
      counts.answers += 1;
      send(answer, 'device.delivery.response');
    }
  }

  if (fate.garbage) send(makeGarbage(parts.random, answer, parts.machineNo, parts.key), 'garbage');
  switch (fate.answer) {
    case 'prompt':
      sendAll();
      break;
    case 'late':
      timers.after(fate.lateMs, sendAll);
      break;
    case 'never':
      counts.answersLost += 1;
      lose(answer);
      break;
  }
}

function told(outcome: Outcome, { error }: Fate): Outcome {
  if (error === undefined) return outcome;
  const floorStatus = outcome.dropped ? 1 : outcome.floorStatus;
  return { dropped: false, error, ...(floorStatus === undefined ? {} : { floorStatus }) };
}
