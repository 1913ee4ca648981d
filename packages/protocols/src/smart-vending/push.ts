import type { Static } from 'typebox';
import type { Fields } from '../shared/fields.ts';
import type { PushName, pushes } from './schema.ts';
import { encodeSigned, newNonce } from './sign.ts';

/** A push as its sender gives it: sender, nonce and signature are added. */
export type PushFields<Name extends PushName> = Omit<Static<(typeof pushes)[Name]['fields']>, 'clientId' | 'nonce_str' | 'sign'>;

/**
 * The body of a push, with a fresh nonce: build it anew for every attempt. Its receiver reads it with readSigned.
 * @returns compact JSON, to be sent as it is.
 */
export function encodePush(fields: object, { clientId, key }: { readonly clientId: string; readonly key: string }): string {
  return encodeSigned({ ...(fields as Fields), clientId, nonce_str: newNonce() }, key);
}
