/** A life cycle as a table: from each state, where one may go. What is not in the table does not happen. */
export type Transitions<State extends string> = Readonly<Record<State, readonly State[]>>;

export function mayBecome<State extends string>(table: Transitions<State>, from: State, to: State): boolean {
  return table[from].includes(to);
}

/** The states from which `to` may be reached: what an UPDATE names in its condition. */
export function statesBefore<State extends string>(table: Transitions<State>, to: State): State[] {
  return (Object.keys(table) as State[]).filter((from) => mayBecome(table, from, to));
}
