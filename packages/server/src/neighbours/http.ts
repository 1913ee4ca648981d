import type { WireRequest } from '@polyvend/protocols/gobox';
import { type GuardedHttp, type HttpAnswer, HttpFailure } from '../notifications/index.ts';

/** What a neighbour did not answer, in a few words. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Sends a request of the neighbours' wires below their address. @throws NoAnswer, also for an answer that was too long to read. */
export async function ask(http: GuardedHttp, url: string, { method, path, headers, body }: WireRequest): Promise<HttpAnswer> {
  try {
    const answer = await http.request(method, url.replace(/\/+$/, '') + path, { headers, ...(body !== undefined && { body }) });
    if (answer.truncated) throw new NoAnswer('answer too long, or broken off');
    return answer;
  } catch (error) {
    if (error instanceof HttpFailure) throw new NoAnswer(error.message);
    throw error;
  }
}
