import { FieldError, type Fields, optionalInteger, optionalText, readText } from '../../shared/fields.ts';
import { type FromMachine, fromMachine, isFromMachineMethod } from './from-machine.ts';
import { isToMachineMethod, type ToMachine, toMachine } from './to-machine.ts';

/** The fields that every message has, read. */
export interface Header {
  readonly method: string;
  /** `client_id`: the machine's number. */
  readonly machineNo: string;
  readonly machineId?: string;
  /** `timestamp`, of whole seconds. May lie far back: a last will is signed when the machine connects. */
  readonly sentAt?: Date;
}

export interface Envelope {
  readonly machineNo: string;
  /** `machine_id`: the platform's number of the machine; "0" where none is known. */
  readonly machineId?: string | undefined;
  readonly at: Date;
}

/** @throws FieldError when method or client_id is missing, or timestamp no whole number. */
export function readHeader(fields: Fields): Header {
  const machineId = optionalText(fields, 'machine_id', { max: 64 });
  const seconds = optionalInteger(fields, 'timestamp', { min: 0, max: 8.64e12 });
  return {
    method: readText(fields, 'method', { max: 64 }),
    machineNo: readText(fields, 'client_id', { max: 64 }),
    ...(machineId === undefined ? {} : { machineId }),
    ...(seconds === undefined ? {} : { sentAt: new Date(seconds * 1000) }),
  };
}

/** The common fields beside a message's own, ready for `encodeMessage`. */
export function composeMessage(
  method: string,
  own: Readonly<Record<string, string>>,
  envelope: Envelope,
): Record<string, string> {
  return {
    ...own,
    method,
    client_id: envelope.machineNo,
    machine_id: envelope.machineId ?? '0',
    timestamp: String(Math.floor(envelope.at.getTime() / 1000)),
    status: '0',
  };
}

/**
 * What a machine says, after its signature was verified.
 * @throws FieldError naming the field that is missing or wrong; `method` when it is none that machines send.
 */
export function readFromMachine(fields: Fields): FromMachine {
  const { method } = fields;
  if (!isFromMachineMethod(method)) throw new FieldError('method', 'is none that machines send');
  return { method, body: fromMachine[method].read(fields) } as FromMachine;
}

/** What the hub tells a machine; for the machine's side. @throws FieldError as readFromMachine. */
export function readToMachine(fields: Fields): ToMachine {
  const { method } = fields;
  if (!isToMachineMethod(method)) throw new FieldError('method', 'is none that machines know');
  return { method, body: toMachine[method].read(fields) } as ToMachine;
}
