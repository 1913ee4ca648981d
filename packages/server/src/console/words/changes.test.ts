import { expect, test } from 'vitest';
import { areas } from '../routes/index.ts';
import { changeWords } from './changes.ts';

test('every route that changes something has words for the audit log, and nothing else has', () => {
  const changing = Object.values(areas).flatMap((routes) =>
    Object.entries(routes).flatMap(([name, route]) => ('audit' in route ? [name] : [])),
  );
  // Written down where it is done: who does it has no merchant yet.
  expect(Object.keys(changeWords).sort()).toEqual([...changing, 'POST /setup'].sort());
});
