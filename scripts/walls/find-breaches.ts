import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Imported, readImports } from './read-imports.ts';

export interface Wall {
  name: string;
  why: string;
  /** Which files it stands around. */
  files: string;
  /** Imports must match one of these, */
  only?: string[];
  /** or, in *.test.ts, one of these; */
  onlyInTests?: string[];
  /** and none of these. */
  never?: string[];
  /** The file's own path must match one of these. */
  onlyNamed?: string[];
  /** Must stand nowhere in the file, comments included, nor in its path; in small or capital letters. */
  neverText?: string[];
  /** No sql`…`. */
  noSql?: boolean;
}

/** One line per breach: file:line, what it is, the wall and why it stands. */
export function findBreaches(root: string, walls: Wall[]): { breaches: string[]; files: number } {
  const files = globSync('packages/*/src/**/*.{ts,tsx}', { cwd: root })
    .map((file) => file.split(path.sep).join('/'))
    .sort();
  return { breaches: files.flatMap((file) => findBreachesIn(root, file, walls)), files: files.length };
}

function findBreachesIn(root: string, file: string, walls: Wall[]): string[] {
  const around = walls.filter((wall) => new RegExp(wall.files).test(file));
  if (around.length === 0) return [];
  const text = readFileSync(path.join(root, file), 'utf8');
  const { imports, sqlAt, error } = readImports(file, text);
  const out: string[] = [];
  const tell = (wall: Wall, at: number, what: string): void => {
    out.push(`${file}:${lineOf(text, at)} ${what}: ${wall.name}, for ${wall.why}`);
  };
  if (error) return [`${file}:1 cannot be read: ${error}`];
  for (const wall of around) {
    const patterns = (list: string[] = []): RegExp[] => fill(list, new RegExp(wall.files).exec(file)?.[1]);
    for (const imported of imports) {
      if (!mayImport(wall, file, imported, patterns))
        tell(wall, imported.at, `imports ${imported.specifier ?? 'what only the run will tell'}`);
    }
    if (wall.noSql) for (const at of sqlAt) tell(wall, at, 'writes sql`…`');
    if (wall.onlyNamed && !patterns(wall.onlyNamed).some((pattern) => pattern.test(file))) tell(wall, 0, 'has a name of its own');
    for (const word of wall.neverText ?? []) {
      for (const { index, 0: found } of text.matchAll(new RegExp(word, 'gi'))) tell(wall, index, `says "${found}"`);
      if (new RegExp(word, 'i').test(file)) tell(wall, 0, `is named for "${word}"`);
    }
  }
  return out;
}

function mayImport(wall: Wall, file: string, { specifier }: Imported, patterns: (list?: string[]) => RegExp[]): boolean {
  if (!wall.only && !wall.never) return true;
  if (specifier === undefined) return false;
  const target = specifier.startsWith('.') ? path.posix.join(path.posix.dirname(file), specifier) : specifier;
  const matches = (list?: string[]): boolean => patterns(list).some((pattern) => pattern.test(target));
  if (matches(wall.never)) return false;
  return !wall.only || matches(wall.only) || (isTest(file) && matches(wall.onlyInTests));
}

/** Tests, and what stands ready for them alone. */
const isTest = (file: string): boolean => /\.(test|fixture)\.ts$/.test(file);

const fill = (list: string[], group = ''): RegExp[] => list.map((pattern) => new RegExp(pattern.replaceAll('$1', group)));

const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length;
