import { type DispenseError, type FloorStatus, floorStatuses } from '@polyvend/protocols/machine';
import { between, type Random } from '../shared/random.ts';
import type { MachineBehaviour } from './behaviour.ts';

/** What a script may ask of a unit. */
export interface ScriptStep {
  /**
   * `drop` falls and says so; `fail` does neither and leaves the slot well; `jam` and `motor-fault` take the slot with them;
   * `silent` falls and is never answered; `late` falls and is answered late.
   */
  readonly outcome: 'drop' | 'fail' | 'jam' | 'motor-fault' | 'silent' | 'late';
  /** How long the unit takes, instead of `dispenseMs`; of `late`: how long after the unit its answer comes, instead of `lateMs`. */
  readonly afterMs?: number;
  /** Sends the answer this many times more. */
  readonly repeat?: number;
  /** What the answer says, whatever happened: a `drop` with an error falls and is reported as failed. */
  readonly error?: DispenseError;
  /** `silent`, `late`: whether the unit falls (true). */
  readonly drops?: boolean;
}

/** What is going to happen to one unit, decided before anything moves. */
export interface Fate {
  readonly act: 'drop' | 'fail' | 'jam' | 'motor-fault';
  readonly answer: 'prompt' | 'late' | 'never';
  readonly unitMs: number;
  /** From the unit to its late answer. */
  readonly lateMs: number;
  readonly repeats: number;
  readonly garbage: boolean;
  readonly breaksConnection: boolean;
  /** What the answer says instead of the truth. */
  readonly error?: DispenseError;
}

/** Always draws as often, so that the n-th unit of a machine has the same fate whatever befell those before it. */
export function drawFate(random: Random, behaviour: MachineBehaviour): Fate {
  const unitMs = between(random, behaviour.dispenseMs);
  const [jams, faults, loses, comesLate, repeats, garbage, breaks] = Array.from({ length: 7 }, random) as Draws;
  return {
    act: jams < behaviour.jam ? 'jam' : faults < behaviour.motorFault ? 'motor-fault' : 'drop',
    answer: loses < behaviour.loseAnswer ? 'never' : comesLate < behaviour.lateAnswer ? 'late' : 'prompt',
    unitMs,
    lateMs: behaviour.lateMs,
    repeats: repeats < behaviour.repeatAnswer ? 1 : 0,
    garbage: garbage < behaviour.garbage,
    breaksConnection: breaks < behaviour.offline,
  };
}
type Draws = [number, number, number, number, number, number, number];

/** A script replaces what chance would have done wrong; only the time that a unit takes is chance's where the script says none. */
export function scriptedFate(step: ScriptStep, drawn: Fate): Fate {
  const { outcome, afterMs, repeat = 0, error, drops = true } = step;
  const late = outcome === 'late';
  return {
    act: outcome === 'silent' || late ? (drops ? 'drop' : 'fail') : outcome,
    answer: late ? 'late' : outcome === 'silent' ? 'never' : 'prompt',
    unitMs: late ? drawn.unitMs : (afterMs ?? drawn.unitMs),
    lateMs: late ? (afterMs ?? drawn.lateMs) : drawn.lateMs,
    repeats: repeat,
    garbage: false,
    breaksConnection: false,
    ...(error === undefined ? {} : { error }),
  };
}

/** What the firmware says with a slot in this state. */
export const errorOf: Readonly<{ [Status in FloorStatus]?: DispenseError }> = {
  [floorStatuses.noSuchSlot]: 'Slot Invalid',
  [floorStatuses.jammed]: 'Goods are Stuck',
  [floorStatuses.motorFault]: 'Over Current',
};
