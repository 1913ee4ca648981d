import type { ToMachine } from '@polyvend/protocols/machine';
import type { Slip } from './drop-sensor.ts';
import type { Keypad } from './keypad.ts';
import type { KnownCodes } from './pickup-codes.ts';
import type { PhysicalSlot, Slots } from './slots.ts';
import type { Job } from './work.ts';

/** What a machine can be told to do, as its parts do it. */
export interface Limbs {
  readonly slots: Slots;
  readonly codes: KnownCodes;
  readonly keypad: Keypad;
  readonly work: (job: Job) => void;
  readonly answer: (command: DispenseCommand) => Required<Job>['onUnit'];
  readonly isOver: () => boolean;
  readonly mend: (slot: PhysicalSlot) => void;
  readonly tellSlot: (slot: PhysicalSlot) => void;
  /** Settings: takes them over, and tells which are in force. */
  readonly takeOver: (settings: ConfigBody) => void;
  readonly reboot: () => void;
  readonly shutDown: () => void;
}
type DispenseCommand = Extract<ToMachine, { method: 'device.delivery.put' }>['body'];
type ConfigBody = Extract<ToMachine, { method: 'client.machine.config.push' }>['body'];

/** Does what a message says. Advertisements and power schedules are heard and change nothing here. */
export function obey(message: ToMachine, slip: Slip, limbs: Limbs): void {
  const { slots, codes, isOver } = limbs;
  switch (message.method) {
    case 'device.delivery.put': {
      const { addr, code, product_id, quantity, order_type } = message.body;
      const slot = slots.at(addr, code);
      if (slot) slot.productId ??= product_id;
      const cause = order_type === 'test' ? 'test' : 'command';
      limbs.work({ cause, slip, slot, quantity, isOver, onUnit: limbs.answer(message.body) });
      return;
    }
    case 'client.channel.debugging': {
      const slot = slots.at(message.body.addr, message.body.code);
      // The command has no number that an answer could name: what can be told is the state of the slot.
      limbs.work({ cause: 'test', slip, slot, quantity: 1, isOver, onUnit: () => slot && limbs.tellSlot(slot) });
      return;
    }
    case 'client.channel.fault.clear':
      for (const productId of message.body.product_ids) {
        const slot = slots.of(productId);
        if (slot) limbs.mend(slot);
      }
      return;
    case 'client.pickup_codes.create':
      codes.learn(message.body);
      return;
    case 'client.pickup_codes.delete':
      codes.forget(message.body.id);
      return;
    case 'client.pickup_code.result':
      limbs.keypad.hear(message.body);
      return;
    case 'client.machine.config.push':
      limbs.takeOver(message.body);
      return;
    case 'client.machine.refresh':
      slots.all.forEach(limbs.tellSlot);
      return;
    case 'client.machine.reboot':
      limbs.reboot();
      return;
    case 'client.factory.reset':
      codes.forgetAll();
      limbs.reboot();
      return;
    case 'client.machine.shutdown':
      limbs.shutDown();
      return;
    default:
  }
}
