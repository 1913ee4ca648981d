import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { Refusal } from '../dialects/native/index.ts';
import { check, readTexts } from './read-input.ts';
import { TimeIn } from './shapes.ts';

function refusedField(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal && error.code === 'request.field') return error.field;
    throw error;
  }
  return undefined;
}

test('a time is one that can be reckoned with: neither a leap second nor a day that is not there', () => {
  const body = Type.Object({ ended_at: TimeIn });
  const query = Type.Object({ from: Type.Optional({ ...TimeIn, description: 'Since then' }) });
  for (const right of ['2026-11-27T23:59:59Z', '2026-11-27T23:59:59.999+08:00', '2026-11-27t10:00:00z']) {
    expect(check(body, { ended_at: right })).toEqual({ ended_at: right });
    expect(readTexts(query, { from: right })).toEqual({ from: right });
    expect(new Date(right).getTime()).not.toBeNaN();
  }
  for (const wrong of [
    '2026-11-27T23:59:60Z',
    '2026-11-28T07:59:60+08:00',
    '2026-02-30T00:00:00Z',
    '2026-11-27T10:00:00Z[Asia/Shanghai]',
  ]) {
    expect(
      refusedField(() => check(body, { ended_at: wrong })),
      wrong,
    ).toBe('ended_at');
    expect(
      refusedField(() => readTexts(query, { from: wrong })),
      wrong,
    ).toBe('from');
  }
});
