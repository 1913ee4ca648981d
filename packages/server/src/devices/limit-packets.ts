import type { Socket } from 'node:net';

/**
 * Longest MQTT packet that is read, in bytes: the protocol itself allows 256 MB, before anyone has signed in. The first one signs in:
 * a number, a password and a last will.
 */
const mostBytes = { first: 16 * 1024, later: 128 * 1024 };

/** Watches the fixed headers go by and drops the connection at the first packet that says it is too long. */
export function limitPackets(socket: Socket): void {
  let most = mostBytes.first;
  let toSkip = 0;
  /** Of the packet's length, read over up to four bytes; -1 before its first byte. */
  let shift = -1;
  let length = 0;
  const read = socket.push;
  socket.push = function push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    if (chunk !== null && !follow(chunk)) {
      socket.destroy();
      return false;
    }
    return read.call(socket, chunk, encoding);
  };

  function follow(chunk: Buffer): boolean {
    for (let at = 0; at < chunk.length; ) {
      if (toSkip > 0) {
        const skipped = Math.min(toSkip, chunk.length - at);
        toSkip -= skipped;
        at += skipped;
        continue;
      }
      const byte = chunk[at] ?? 0;
      at += 1;
      if (shift < 0) {
        shift = 0;
        length = 0;
        continue;
      }
      length += (byte & 0x7f) << shift;
      shift += 7;
      if (length > most) return false;
      if ((byte & 0x80) !== 0) {
        if (shift > 21) return false;
        continue;
      }
      most = mostBytes.later;
      toSkip = length;
      shift = -1;
    }
    return true;
  }
}
