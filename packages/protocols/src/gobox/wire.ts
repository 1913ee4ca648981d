/** A request of the neighbours' wires, for whatever sends it. `path` begins below the neighbour's address. */
export interface WireRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The object that a body holds; undefined for everything else. */
export function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export const isWhole = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value);
