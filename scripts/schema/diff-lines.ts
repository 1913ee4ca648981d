/** The lines that differ, - from `before` and + from `after`, each run headed by its line number and the nearest line not indented above. */
export function diffLines(before: string, after: string): string[] {
  const a = before.split('\n');
  const b = after.split('\n');
  const lengths = commonLengths(a, b);
  const out: string[] = [];
  let i = 0;
  let j = 0;
  let inRun = false;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
      inRun = false;
      continue;
    }
    if (!inRun) out.push(`@@ line ${i + 1}: ${a.slice(0, i).findLast((line) => /^\S/.test(line)) ?? ''}`);
    inRun = true;
    const skipA = lengths[i + 1]?.[j] ?? -1;
    const skipB = lengths[i]?.[j + 1] ?? -1;
    if (i < a.length && (j >= b.length || skipA >= skipB)) out.push(`- ${a[i++]}`);
    else out.push(`+ ${b[j++]}`);
  }
  return out;
}

/** lengths[i][j]: of the longest common subsequence of a from i and b from j. */
function commonLengths(a: string[], b: string[]): Uint32Array[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    const [row, below] = [lengths[i] as Uint32Array, lengths[i + 1] as Uint32Array];
    for (let j = b.length - 1; j >= 0; j--) {
      row[j] = a[i] === b[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return lengths;
}
