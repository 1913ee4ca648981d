import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';

/** A load generator in a process of its own: it is told what to do, and answers, as often as it is told. */
export interface Load<Input, Output> {
  run(input: Input): Promise<Output>;
  stop(): Promise<void>;
}

/** @param file in bench/load, which calls `onRun` once. */
export function startLoad<Input, Output>(file: string): Load<Input, Output> {
  const child: ChildProcess = fork(path.join(import.meta.dirname, '../load', file));
  const endLoad = () => child.kill();
  process.once('exit', endLoad);
  return {
    run: (input) =>
      new Promise((resolve, reject) => {
        const onExit = (code: number | null) => reject(new Error(`The load ${file} ended (${code}).`));
        child.once('exit', onExit);
        child.once('message', (answer: { output: Output } | { error: string }) => {
          child.off('exit', onExit);
          if ('error' in answer) reject(new Error(answer.error));
          else resolve(answer.output);
        });
        child.send(input as object);
      }),
    async stop() {
      process.off('exit', endLoad);
      if (child.exitCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      endLoad();
      await ended;
    },
  };
}

/** The other side of `startLoad`. */
export function onRun<Input, Output>(run: (input: Input) => Promise<Output>): void {
  process.on('message', (input: Input) => {
    run(input).then(
      (output) => process.send?.({ output }),
      (error: unknown) => process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}
