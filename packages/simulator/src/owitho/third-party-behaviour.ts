import { between, type Random } from '../shared/random.ts';
import { soundWire, type WireFaults } from '../shared/wire-faults.ts';

/** What becomes of a unit. `jam`: it does not fall and its slot is out of order from then on. */
export type UnitFate = 'drop' | 'fail' | 'jam';

/**
 * How an order's end is told. `late`: `lateMs` after the end; `never`: until it is asked for; `twice`; `contrary`: of each unit the
 * opposite of what happened, while a query is told the truth.
 */
export type CallbackFate = 'prompt' | 'late' | 'never' | 'twice' | 'contrary';

/** How a third party behaves. Probabilities 0 to 1, times in ms. */
export interface ThirdPartyBehaviour {
  /** How long a unit takes. */
  readonly dispenseMs: readonly [least: number, most: number];
  /** Of each unit. */
  readonly fail: number;
  readonly jam: number;
  /** Of each order: every notice of it is answered 40000, and nothing dispensed. */
  readonly refuse: number;
  /** Of each order. */
  readonly lateCallback: number;
  readonly noCallback: number;
  readonly repeatCallback: number;
  readonly contraryCallback: number;
  readonly lateMs: number;
  /** A callback that failed is sent again after `retryMs`, so many times in all. */
  readonly retryMs: number;
  readonly callbackTries: number;
  /** On the way in: what the platform calls. */
  readonly answers: WireFaults;
  /** On the way out: what calls the platform. */
  readonly calls: WireFaults;
}

export const honest: ThirdPartyBehaviour = {
  dispenseMs: [5, 20],
  fail: 0,
  jam: 0,
  refuse: 0,
  lateCallback: 0,
  noCallback: 0,
  repeatCallback: 0,
  contraryCallback: 0,
  lateMs: 90_000,
  retryMs: 1_000,
  callbackTries: 10,
  answers: soundWire,
  calls: soundWire,
};

/** What the next order that comes is to meet; what is not told is left to chance. */
export interface OrderStep {
  /** Unit by unit, in the order of the notice's rows. */
  readonly units?: readonly UnitFate[];
  readonly callback?: CallbackFate;
  readonly lateMs?: number;
  readonly refuse?: boolean;
}

export interface OrderFate {
  readonly refuse: boolean;
  readonly callback: CallbackFate;
  readonly lateMs: number;
  /** The fate of the next unit, and how long it takes. */
  nextUnit(): { readonly fate: UnitFate; readonly ms: number };
}

export function drawOrderFate(random: Random, behaviour: ThirdPartyBehaviour, step: OrderStep = {}): OrderFate {
  const refuse = random() < behaviour.refuse;
  const callback = drawCallback(random(), behaviour);
  const told = [...(step.units ?? [])];
  return {
    refuse: step.refuse ?? refuse,
    callback: step.callback ?? callback,
    lateMs: step.lateMs ?? behaviour.lateMs,
    nextUnit() {
      const [luck, ms] = [random(), between(random, behaviour.dispenseMs)];
      const drawn = luck < behaviour.jam ? 'jam' : luck < behaviour.jam + behaviour.fail ? 'fail' : 'drop';
      return { fate: told.shift() ?? drawn, ms };
    },
  };
}

function drawCallback(luck: number, behaviour: ThirdPartyBehaviour): CallbackFate {
  const chances = [
    ['late', behaviour.lateCallback],
    ['never', behaviour.noCallback],
    ['twice', behaviour.repeatCallback],
    ['contrary', behaviour.contraryCallback],
  ] as const;
  let passed = 0;
  for (const [fate, chance] of chances) {
    passed += chance;
    if (luck < passed) return fate;
  }
  return 'prompt';
}
