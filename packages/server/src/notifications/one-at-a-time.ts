/**
 * A task that is never run twice at once. Asked for while it runs, it runs once more afterwards, however often it was asked for;
 * the promise covers that run too. A task that throws ends the round.
 */
export function oneAtATime(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  async function rounds(): Promise<void> {
    try {
      do {
        again = false;
        await task();
      } while (again);
    } finally {
      running = undefined;
    }
  }
  return () => {
    again = true;
    running ??= rounds();
    return running;
  };
}
