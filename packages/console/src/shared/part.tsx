import { type ComponentType, lazy, useState } from 'react';

export interface Part {
  (): React.JSX.Element;
  /** Asks for its code ahead. */
  load(): Promise<unknown>;
}

/** There is no network, or a newer build that has other files. */
export class CodeMissing extends Error {}

const renewals = new Set<() => void>();

/** Code that did not come is asked for again when it is shown the next time; till then its failure is what is shown. */
export function tryAgain(): void {
  for (const renew of renewals) renew();
  renewals.clear();
}

/**
 * A part of the page with code of its own, loaded when it is first shown or asked for ahead. Code that has come by then is shown at
 * once: React's `lazy` by itself shows what stands in for it first, and what stood behind that is held back for 300 ms.
 */
export function part(load: () => Promise<{ default: ComponentType }>): Part {
  let loading: ReturnType<typeof load> | undefined;
  let loaded: ComponentType | undefined;
  const ask = () => {
    loading ??= load().then(
      (module) => {
        loaded = module.default;
        return module;
      },
      (error: unknown) => {
        loading = undefined;
        renewals.add(renew);
        throw new CodeMissing('The code of the page did not come.', { cause: error });
      },
    );
    return loading;
  };
  let Later = lazy(ask);
  // React keeps a failure for ever. It is not renewed at once, since what failed is shown again at once.
  const renew = () => {
    Later = lazy(ask);
  };
  return Object.assign(
    () => {
      // Which of the two it is stays, so that nothing in it is made anew.
      const [Shown] = useState<ComponentType>(() => loaded ?? Later);
      return <Shown />;
    },
    { load: ask },
  );
}
