import type { Pages } from './write-table.ts';

/** Rows that are read at once for a file. */
const pageSize = 2_000;

interface PagesAsked<Row> {
  read(page: { cursor?: string | undefined; limit: number }): Promise<readonly Row[]>;
  /** The place behind a row. */
  cursorOf(last: Row): string;
}

/**
 * All of a list by its pages, each read when the one before is written. The first is read at once: what is wrong with the question is
 * said in its answer, and not in the middle of a file.
 */
export async function readPages<Row>({ read, cursorOf }: PagesAsked<Row>): Promise<Pages<Row>> {
  const first = await read({ limit: pageSize });
  return (async function* () {
    let rows = first;
    for (let last = rows.at(-1); last !== undefined; last = rows.at(-1)) {
      yield rows;
      if (rows.length < pageSize) return;
      rows = await read({ cursor: cursorOf(last), limit: pageSize });
    }
  })();
}
