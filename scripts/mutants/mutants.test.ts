import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Mutant, takeOut } from './mutant.ts';
import { rules } from './rules/index.ts';
import { readReport } from './run-tests.ts';

const root = path.join(import.meta.dirname, '..', '..');

describe('the rules that npm run test:mutants takes out', () => {
  it.each(rules)('$name: is where it was, once, and its tests are there', (rule) => {
    const text = readFileSync(path.join(root, rule.file), 'utf8');
    expect(takeOut(rule, text)).not.toBe(text);
    expect(rule.tests.length).toBeGreaterThan(0);
    for (const test of rule.tests) expect(existsSync(path.join(root, test)), test).toBe(true);
  });

  it('have a name each', () => {
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
    expect(rules.length).toBeGreaterThanOrEqual(10);
  });
});

describe('taking out', () => {
  const mutant: Mutant = { name: 'a', file: 'a.ts', find: 'one', replace: '$& two', tests: [] };

  it('replaces what it looks for, to the letter', () => {
    expect(takeOut(mutant, 'one!')).toBe('$& two!');
  });

  it.each(['none', 'one one'])('refuses %j, where that does not stand once', (text) => {
    expect(() => takeOut(mutant, text.replace('none', 'nothing'))).toThrow('stands');
  });

  it('refuses what changes nothing', () => {
    expect(() => takeOut({ ...mutant, replace: 'one' }, 'one')).toThrow('changes nothing');
  });
});

describe('a report', () => {
  const file = (more: object) => ({ name: '/copy/a.test.ts', assertionResults: [], ...more });
  const test = (status: string) => ({ fullName: `it is ${status}`, status });

  it('names the tests that failed', () => {
    const report = { testResults: [file({ assertionResults: [test('passed'), test('failed')], message: 'x' })] };
    expect(readReport(report, '/copy')).toEqual({ passed: 1, failed: ['a.test.ts: it is failed'] });
  });

  it('of a file that could not be run, or that ran nothing, proves nothing', () => {
    expect(readReport({ testResults: [file({ message: 'SyntaxError' })] }, '/copy').broken).toBe('a.test.ts: SyntaxError');
    expect(readReport({ testResults: [] }, '/copy').broken).toBe('no test was run');
  });
});
