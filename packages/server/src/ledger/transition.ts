/** A life cycle as a table: from each state, where one may go. What is not in the table does not happen. */
export type Transitions<State extends string> = Readonly<Record<State, readonly State[]>>;

export function mayBecome<State extends string>(table: Transitions<State>, from: State, to: State): boolean {
  return table[from].includes(to);
}

/** What an UPDATE names: the states it may find, in its condition, and the one it sets. */
export interface Move<State extends string> {
  readonly from: State[];
  readonly to: State;
}

/** A move that the code makes. One that the table does not know fails where it is written, before anything runs. */
export function move<State extends string>(table: Transitions<State>, from: readonly State[], to: State): Move<State> {
  for (const state of from) {
    if (!mayBecome(table, state, to)) throw new Error(`The life cycle knows no way from ${state} to ${to}.`);
  }
  return { from: [...from], to };
}
