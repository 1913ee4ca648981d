import dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { AddressCheck } from './allowed-address.ts';
import { literalAddress } from './check-url.ts';
import { HttpFailure } from './http-failure.ts';

/** Resolves a name to all its addresses. */
export type Resolve = (hostname: string) => Promise<readonly dns.LookupAddress[]>;

export const systemResolve: Resolve = (hostname) => dns.promises.lookup(hostname, { all: true });

export interface GuardedConnectOptions {
  check: AddressCheck;
  resolve: Resolve;
  /** Milliseconds for name, TCP and TLS together. */
  timeout: number;
  /** Told +1 and -1 as sockets open and close. */
  count?: (change: 1 | -1) => void;
}

/**
 * Connects only to addresses that pass the check, and to the very ones that passed: the socket is given the checked list, so a
 * name that changes between the look and the call changes nothing. A name with one refused address among good ones is refused.
 */
export function guardedConnect({ check, resolve, timeout, count }: GuardedConnectOptions): buildConnector.connector {
  const lookup: LookupFunction = (hostname, options, callback) => {
    resolve(hostname).then(
      (found) => {
        const refused = found.length === 0 || found.some(({ address }) => !check(address));
        const [first] = found;
        if (refused || !first) callback(new HttpFailure('refused address'), []);
        else if (options.all) callback(null, [...found]);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
  const connect = buildConnector({ lookup, timeout, allowH2: false });
  return (options, callback) => {
    // An address written out in the URL is connected to without any lookup.
    const literal = literalAddress(options.hostname);
    if (literal !== null && !check(literal)) {
      callback(new HttpFailure('refused address'), null);
      return;
    }
    connect(options, (...[error, socket]) => {
      if (error) {
        callback(error, null);
        return;
      }
      // Both checks above again, by what the socket itself says, before a byte of the request is written.
      if (!check(socket.remoteAddress ?? '')) {
        socket.destroy();
        callback(new HttpFailure('refused address'), null);
        return;
      }
      count?.(1);
      socket.once('close', () => count?.(-1));
      callback(null, socket);
    });
  };
}
