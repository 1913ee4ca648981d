import type { Outcome } from '@polyvend/protocols/machine';
import { sleep, type Timers } from '../shared/clock.ts';
import type { Random } from '../shared/random.ts';
import type { MachineBehaviour } from './behaviour.ts';
import type { Drop, DropSensor, Slip } from './drop-sensor.ts';
import { drawFate, type Fate, type ScriptStep, scriptedFate } from './fate.ts';
import { type PhysicalSlot, turnSlot } from './slots.ts';

/** Units to be dispensed from one slot. */
export interface Job {
  readonly cause: Drop['cause'];
  readonly slip: Slip;
  readonly slot: PhysicalSlot | undefined;
  readonly quantity: number;
  /** Asked when its turn comes: a command may have grown too old in the queue. */
  readonly isOver?: () => boolean;
  readonly onUnit?: (index: number, outcome: Outcome, fate: Fate) => void;
}

export interface WorkParts {
  readonly timers: Timers;
  readonly random: Random;
  readonly behaviour: () => MachineBehaviour;
  readonly script: ScriptStep[];
  readonly sensor: DropSensor;
  readonly afterUnit: (outcome: Outcome, fate: Fate, slot: PhysicalSlot | undefined) => void;
}

export type Work = ReturnType<typeof createWork>;

/**
 * The machine's one pair of hands: jobs one after another, their units one after another. It does what it is told as often as
 * it is told: a command that comes twice is dispensed twice, because a simulator that forgave the hub would hide its faults.
 */
export function createWork({ timers, random, behaviour, script, sensor, afterUnit }: WorkParts) {
  let last: Promise<unknown> = Promise.resolve();
  let stopped = false;

  async function dispenseUnit(job: Job, index: number): Promise<Outcome> {
    const drawn = drawFate(random, behaviour());
    const step = script.shift();
    const fate = step === undefined ? drawn : scriptedFate(step, drawn);
    await sleep(timers, fate.unitMs);
    const { slot, cause, slip } = job;
    const outcome = turnSlot(slot, fate.act);
    if (outcome.dropped && slot) sensor.saw({ at: timers.now(), cause, ...slip, addr: slot.addr, code: slot.code, index });
    afterUnit(outcome, fate, slot);
    job.onUnit?.(index, outcome, fate);
    return outcome;
  }

  async function run(job: Job): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    if (job.isOver?.()) return outcomes;
    for (let index = 0; index < job.quantity && !stopped; index++) outcomes.push(await dispenseUnit(job, index));
    return outcomes;
  }

  return {
    /** @returns the outcome of each unit; none when the job was over before its turn. */
    do(job: Job): Promise<Outcome[]> {
      const done = last.then(() => run(job));
      last = done;
      return done;
    },
    idle: async () => void (await last),
    stop() {
      stopped = true;
    },
  };
}
