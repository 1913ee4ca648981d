/** A rule that is taken out of the code, and the tests of which one has to notice. */
export interface Mutant {
  /** The rule, in a few words. */
  name: string;
  /** From the repository's root. */
  file: string;
  /** Stands in the file exactly once. */
  find: string;
  replace: string;
  /** Test files, from the root; as few and as quick as notice it. */
  tests: readonly string[];
  /** Only tests whose names fit this, where a file is long. */
  title?: string;
}

/** The text without the rule. Throws when the rule is not to be found there, or not once. */
export function takeOut({ name, file, find, replace }: Mutant, text: string): string {
  const times = text.split(find).length - 1;
  if (times !== 1) throw new Error(`"${name}": what it looks for stands ${times} times in ${file}`);
  if (find === replace) throw new Error(`"${name}" changes nothing`);
  return text.replace(find, () => replace);
}
