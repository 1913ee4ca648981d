/**
 * A property that is tried while there is time, once at least. What is under way then comes to its end: fast-check's own
 * `interruptAfterTimeLimit` leaves it at work in the database of the tests that follow, and fails if it is the first.
 */
export function whileTime<T>(milliseconds: number, run: (value: T) => Promise<void>): (value: T) => Promise<void> {
  let end: number | undefined;
  return async (value) => {
    if (end !== undefined && performance.now() > end) return;
    end ??= performance.now() + milliseconds;
    await run(value);
  };
}
