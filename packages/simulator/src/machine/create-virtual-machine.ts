import {
  floorStatuses,
  machineClient,
  type Outcome,
  type Publication,
  saleOutcomes,
  type ToMachine,
  type ToMachineBody,
} from '@polyvend/protocols/machine';
import { timersOf } from '../shared/clock.ts';
import { createHistory } from '../shared/history.ts';
import { randomStream } from '../shared/random.ts';
import { answerUnit } from './answer-unit.ts';
import { type MachineBehaviour, steady } from './behaviour.ts';
import { createCondition } from './condition.ts';
import { createConnection } from './connection.ts';
import { noCounts } from './counts.ts';
import { createDropSensor, readSlip } from './drop-sensor.ts';
import type { Fate, ScriptStep } from './fate.ts';
import { createKeypad } from './keypad.ts';
import { type Limbs, obey } from './obey.ts';
import type { VirtualMachineOptions } from './options.ts';
import { createOutbox } from './outbox.ts';
import { createKnownCodes, refusalOf } from './pickup-codes.ts';
import { createRhythm } from './rhythm.ts';
import { createSlots, type PhysicalSlot } from './slots.ts';
import { createSpeech } from './speech.ts';
import type { ReceivedMessage, SentMessage, ToldSale, VirtualMachine } from './virtual-machine.ts';
import { createWork } from './work.ts';

const commandLifeMs = 120_000;
const rebootMs = 2_000;
const doorMs = 1_000;
const patienceMs = 15_000;
const factorySettings: ToMachineBody<'client.machine.config.push'> = {
  price_digits: 2,
  language: 'zh-CN',
  idle_timeout: 60,
  payment_wait_timeout: 120,
  brightness: 80,
  volume: 50,
};
const noSlip = { deliveryId: undefined, orderId: undefined, recordId: undefined };

/** Makes a machine; `connect` switches it on. */
export function createVirtualMachine(options: VirtualMachineOptions): VirtualMachine {
  const { machineNo, deviceKey, kind = 'spring', seed = 0, remember = 500, terse = false } = options;
  const timers = timersOf(options.clock);
  const diceFor = (purpose: string) => randomStream(seed, machineNo, purpose);
  const rhythmDice = diceFor('rhythm');
  const wire = machineClient({
    machineNo,
    key: deviceKey,
    clock: timers,
    pinnedTopic: options.topic !== 'shared',
    ...(options.machineId === undefined ? {} : { machineId: options.machineId }),
  });
  let behaviour: MachineBehaviour = { ...steady, ...options.behaviour };
  let switchedOn = false;
  let stopped = false;
  let ownSales = 0;
  let settings = factorySettings;
  const script: ScriptStep[] = [];
  const counts = noCounts();
  const slots = createSlots(options.slots);
  const codes = createKnownCodes();
  const sensor = createDropSensor(options.onDrop);
  const received = createHistory<ReceivedMessage>(remember);
  const sent = createHistory<SentMessage>(remember);

  const connection = createConnection({
    mqttUrl: options.mqttUrl,
    clientId: machineNo,
    username: options.username,
    password: options.password,
    commandTopic: wire.commandTopic,
    lastWill: wire.lastWill,
    keepaliveSeconds: options.keepaliveSeconds ?? 60,
    mqttVersion: options.mqttVersion ?? 4,
    connectTimeoutMs: options.connectTimeoutMs ?? 30_000,
    onMessage: hear,
    onOpen: greet,
  });
  const outbox = createOutbox(connection);
  const speech = createSpeech({
    machineNo,
    kind,
    wire,
    timers,
    readings: diceFor('readings'),
    behaviour: () => behaviour,
    counts,
    connection,
    outbox,
    note(message) {
      sent.add(message);
      options.onSent?.(message);
    },
  });
  const condition = createCondition(options.condition ?? {}, (now) => !options.terse && speech.condition(now));
  const keypad = createKeypad(speech.codeTyped);
  const work = createWork({ timers, random: diceFor('units'), behaviour: () => behaviour, script, sensor, afterUnit });
  const rhythm = createRhythm({
    timers,
    random: rhythmDice,
    everyMs: (options.heartbeatSeconds ?? 300) * 1_000,
    firstMs: options.firstHeartbeatMs,
    beat,
  });
  const answering = {
    wire,
    key: deviceKey,
    machineNo,
    timers,
    random: diceFor('garbage'),
    counts,
    send: (publication: Publication, method: string) => !stopped && speech.tell(publication, method),
    lose: outbox.lose,
  };
  const limbs: Omit<Limbs, 'isOver'> = {
    slots,
    codes,
    keypad,
    work(job) {
      void work.do(job);
    },
    answer: (command: ToMachineBody<'device.delivery.put'>) => (index, outcome, fate) => {
      keypad.saw(command.order_id, outcome.dropped);
      answerUnit(answering, command, index, outcome, fate);
    },
    mend,
    tellSlot(slot) {
      speech.stock(slot);
      speech.status(slot);
    },
    takeOver(told) {
      settings = { ...settings, ...Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)) };
      const { brightness, volume, ...own } = settings;
      speech.config(own, { brightness: String(brightness), volume: String(volume) });
    },
    reboot: () => breakFor(rebootMs, true),
    shutDown() {
      void disconnect({});
    },
  };

  async function greet(how: 'anew' | 'mended'): Promise<void> {
    counts.connects += 1;
    if (how === 'anew' && !terse) speech.environment();
    await new Promise<void>((resolve) => speech.heartbeat(resolve));
    if (!terse) {
      condition.tell();
      condition.warmTo(speech.temperature());
    }
    if (options.reportStockOnConnect) slots.all.forEach(limbs.tellSlot);
    counts.answers += outbox.report({ unacknowledged: how === 'anew', lost: behaviour.reportOnReconnect });
    if (switchedOn) rhythm.start();
  }

  function beat(): void {
    if (!connection.isOpen()) return;
    const [loses, repeats, breaks] = [rhythmDice(), rhythmDice(), rhythmDice()];
    if (loses >= behaviour.loseHeartbeats) speech.heartbeat();
    if (repeats < behaviour.duplicateHeartbeats) speech.heartbeat();
    if (!terse) condition.warmTo(speech.temperature());
    if (breaks < behaviour.offline) breakFor(behaviour.offlineMs);
  }

  /** A break that nobody ordered: back after so long, unless it was switched off meanwhile. */
  function breakFor(ms: number, clean = false): void {
    void connection.close(clean);
    const retry = () => {
      if (switchedOn) connection.open().catch(() => timers.after(ms, retry));
    };
    timers.after(ms, retry);
  }

  function mend(slot: PhysicalSlot): void {
    Object.assign(slot, { status: floorStatuses.normal, jammedByHand: false });
    speech.status(slot);
  }

  function afterUnit(outcome: Outcome, fate: Fate, slot: PhysicalSlot | undefined): void {
    if (fate.breaksConnection) breakFor(behaviour.offlineMs);
    if (outcome.dropped) {
      counts.drops += 1;
      if (kind === 'locker' && slot) openDoor(slot);
      return;
    }
    counts.failures += 1;
    if (slot === undefined || slot.status === floorStatuses.normal) return;
    counts.jams += 1;
    if (Number.isFinite(behaviour.selfRepairMs))
      timers.after(behaviour.selfRepairMs, () => !stopped && !slot.jammedByHand && mend(slot));
  }

  function openDoor(slot: PhysicalSlot): void {
    speech.status(slot, 'open');
    timers.after(doorMs, () => !stopped && speech.status(slot, 'shut'));
  }

  function refuse(reason: keyof typeof counts.refused): void {
    counts.refused[reason] = (counts.refused[reason] ?? 0) + 1;
  }

  function hear(payload: Uint8Array): void {
    if (stopped) return;
    const heard = wire.receive(payload);
    if (!heard.ok) {
      refuse(heard.reason);
      return;
    }
    const { header, message } = heard;
    const arrived = { at: timers.now(), header, message, payload: Buffer.from(payload).toString('latin1') };
    received.add(arrived);
    options.onReceived?.(arrived);
    if (message.method === 'device.delivery.put' || message.method === 'client.channel.debugging') counts.commands += 1;
    const sentAt = header.sentAt?.getTime() ?? 0;
    function isOver(): boolean {
      const over = timers.now().getTime() - sentAt > commandLifeMs;
      if (over) refuse('stale');
      return over;
    }
    obey(message, readSlip(payload), { ...limbs, isOver });
  }

  async function disconnect({ clean = true }: { readonly clean?: boolean } = {}): Promise<void> {
    switchedOn = false;
    rhythm.stop();
    if (clean && connection.isOpen()) speech.goodbye();
    await connection.close(clean);
  }

  return {
    machineNo,
    async connect() {
      if (stopped) throw new Error(`Machine ${machineNo} was stopped`);
      switchedOn = true;
      await connection.open();
    },
    disconnect,
    get connected() {
      return connection.isOpen();
    },
    async stop() {
      stopped = true;
      work.stop();
      await disconnect();
    },
    get behaviour() {
      return behaviour;
    },
    behave(changes) {
      behaviour = { ...behaviour, ...changes };
    },
    script(steps) {
      script.push(...steps);
    },
    get scripted() {
      return script.length;
    },
    drops: sensor.drops,
    waitForDrops: (count, timeoutMs = patienceMs) => sensor.waitFor(count, timeoutMs),
    slots: slots.all,
    counts,
    received: received.entries,
    sent: sent.entries,
    async waitFor<M extends ToMachine['method']>(method: M, timeoutMs = patienceMs) {
      const what = `${method} at machine ${machineNo}`;
      const { message } = await received.take((entry) => entry.message.method === method, timeoutMs, what);
      return message.body as ToMachineBody<M>;
    },
    waitForSent: (method, timeoutMs = patienceMs) =>
      sent.take((entry) => entry.method === method, timeoutMs, `${method} from machine ${machineNo}`),
    idle: work.idle,
    report() {
      const told = outbox.report({ unacknowledged: false, lost: true });
      counts.answers += told;
      return told;
    },
    heartbeat: () => speech.heartbeat(),
    get condition() {
      return condition.now;
    },
    changeCondition: condition.change,
    raiseFault: condition.raise,
    endFault: condition.end,
    clearFault(code) {
      const slot = slots.named(code);
      if (slot) mend(slot);
    },
    jam(addr, code) {
      const slot = slots.at(addr, code);
      if (slot) Object.assign(slot, { status: floorStatuses.jammed, jammedByHand: true });
      return slot !== undefined;
    },
    mend(addr, code) {
      const slot = slots.at(addr, code);
      if (slot) mend(slot);
      return slot !== undefined;
    },
    load: slots.load,
    restock(code, stock) {
      const slot = slots.named(code);
      if (slot === undefined) throw new Error(`Machine ${machineNo} has no slot ${code}`);
      slot.stock = stock;
      speech.stock(slot);
    },
    async typeCode(code) {
      const known = codes.byCode.get(code);
      const refusal = refusalOf(known, timers.now());
      if (known === undefined || refusal !== undefined) return refusal ?? 'unknown';
      known.used = true; // at once: the same code typed again while this one is being dispensed fetches nothing
      const { productId, quantity, id } = known;
      const outcomes = await work.do({ cause: 'pickup-code', slip: noSlip, slot: slots.of(productId), quantity });
      known.used = outcomes.some(({ dropped }) => dropped);
      if (known.used) speech.pickupCodeUsed(id);
      return known.used ? 'dispensed' : 'failed';
    },
    type: (code, how = {}) => keypad.type(code, { timeoutMs: patienceMs, ...how }),
    pickupCodes: codes.byCode,
    async sellAlone(code) {
      const slot = slots.named(code);
      const [outcome] = await work.do({ cause: 'cash', slip: noSlip, slot, quantity: 1 });
      if (slot && outcome?.dropped) {
        speech.stock(slot);
        condition.takeCoin();
      }
      return outcome?.dropped ?? false;
    },
    async sell(code, { quantity = 1, priceCents = 300, payStyle = 'cash', paymentId } = {}) {
      const slot = slots.named(code);
      if (slot?.productId === undefined) throw new Error(`Machine ${machineNo} knows of no product in a slot ${code}`);
      const paidAt = timers.now();
      const empty = slot.stock < 1;
      const outcomes = await work.do({ cause: 'cash', slip: noSlip, slot, quantity });
      ownSales += 1;
      const error = outcomes.find((outcome) => !outcome.dropped);
      const sale: ToldSale = {
        // Machines start to count anew when they are made anew; their clock does not.
        trade_no: `${paidAt.getTime()}-${ownSales}`,
        product_id: slot.productId,
        quantity,
        price: priceCents,
        pay_style: payStyle,
        pay_time: paidAt,
        payment_id: paymentId,
        outcomes: outcomes.map(({ dropped }) =>
          dropped ? saleOutcomes.dropped : empty ? saleOutcomes.soldOut : saleOutcomes.failed,
        ),
        error_msg: error?.dropped === false ? error.error : undefined,
      };
      speech.sold(sale);
      return sale;
    },
    tellSaleAgain: (sale) => speech.sold(sale),
  };
}
