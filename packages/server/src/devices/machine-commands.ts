import { encodeToMachine, type Publication } from '@polyvend/protocols/machine';
import type { Ledger } from '../ledger/ledger.ts';
import { claimMachineCommand, type MachineCommand } from '../ledger/machine-commands/claim-machine-command.ts';
import type { MachineLink } from './link.ts';

/** Sends the commands that may go to a machine now, each once: what is not published after it was claimed fails by the clock. */
export async function sendMachineCommands(
  ledger: Ledger,
  link: MachineLink,
  merchantId: number,
  machineId: number,
): Promise<void> {
  for (;;) {
    const command = await claimMachineCommand(ledger, merchantId, machineId);
    if (!command) return;
    await link.publish(machineCommandMessage(command));
  }
}

/** A command as the wire has it. */
export function machineCommandMessage(command: MachineCommand): Publication {
  const { machineNo, machineId, sentAt, deviceKey, settings, productId } = command;
  const to = { machineNo, machineId: String(machineId), at: sentAt, key: deviceKey };
  switch (command.kind) {
    case 'restart':
      return encodeToMachine('client.machine.reboot', {}, to);
    case 'shutdown':
      return encodeToMachine('client.machine.shutdown', {}, to);
    case 'refresh':
      return encodeToMachine('client.machine.refresh', {}, to);
    case 'configure':
      return encodeToMachine('client.machine.config.push', settings, to);
    case 'clear-fault': {
      if (productId === null) throw new Error(`Command ${command.id} is about no slot.`);
      return encodeToMachine('client.channel.fault.clear', { product_ids: [productId], floor_status: '1' }, to);
    }
  }
}
