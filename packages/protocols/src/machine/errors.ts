export {
  type DispenseError,
  deliveryTimeout,
  dispenseErrors,
  type FloorStatus,
  floorStatuses,
} from '../shared/machine-values.ts';

/** Why a message is dropped. Each is counted and none is answered: there is nobody to answer to. */
export const dropReasons = {
  'not base64': 'The payload is not base64 text',
  'not json': 'The base64 is not that of a JSON text in UTF-8',
  'not an object': 'The JSON is not an object',
  'wrong signature': 'sign is missing or does not fit the key: the AppId of the machine’s merchant',
  'wrong client': 'client_id is another machine’s than the topic or the connection says',
  'unknown method': 'method is none of those that are listed',
  'wrong field': 'A field is missing or is not what it must be',
  stale: 'A command that acts came after its 120 seconds',
} as const;
export type DropReason = keyof typeof dropReasons;

export interface Dropped {
  readonly ok: false;
  readonly reason: DropReason;
  /** Which field and why, where that is known. */
  readonly detail?: string;
}

export const dropped = (reason: DropReason, detail?: string): Dropped =>
  detail === undefined ? { ok: false, reason } : { ok: false, reason, detail };
