import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useRef } from 'react';
import { useErrorText } from '../shared/error-text.ts';
import { type Answer, type ApiError, call, type Input, type RouteName } from './client.ts';

/** Kinds of the ledger's events, by what stands before the dot: what is shown is asked for anew when one of them happens. */
export type Topic = string;

export interface ReadOptions {
  /** Topics that make it old: `order`, `dispense`, `stock`, `slot`, `machine`, `trade`, `refill` … */
  live?: readonly Topic[];
  enabled?: boolean;
  /** Milliseconds, for what no event tells of. */
  every?: number;
}

/** Another page of the same thing, and not another thing: what is of one order is never shown as another's. */
function isOfSame(before: unknown, now: unknown): boolean {
  const paramsOf = (input: unknown) => JSON.stringify((input as { params?: unknown } | undefined)?.params);
  return paramsOf(before) === paramsOf(now);
}

/** What a route answers, kept and shared by all who ask the same; what was there before is shown while a new page of it comes. */
export function useRead<N extends RouteName>(name: N, input: Input<N>, { live, enabled = true, every }: ReadOptions = {}) {
  return useQuery<Answer<N>, ApiError>({
    queryKey: [name, input],
    queryFn: ({ signal }) => call(name, input, signal),
    enabled,
    placeholderData: (before, query) => (isOfSame(query?.queryKey[1], input) ? before : undefined),
    ...(live && { meta: { live } }),
    ...(every !== undefined && { refetchInterval: every }),
  });
}

export interface ChangeOptions<N extends RouteName> {
  /** Routes whose answers are old after it; by their beginnings, e.g. `GET /machines`. */
  makesOld?: readonly string[];
  /** Said when it is done. */
  said?: string;
  done?: (answer: Answer<N>, input: Input<N>) => void;
  /** Answers true when it has shown the error itself; else it is said. */
  failed?: (error: ApiError) => boolean;
  /** The rows of a list share it: it may be under way for several at once, for each of them once. */
  perRow?: boolean;
}

/**
 * A call that changes something. What goes wrong is said in words. While one is under way, another is not begun: who presses twice, before the page
 * could show that they pressed, means one thing.
 */
export function useChange<N extends RouteName>(
  name: N,
  { makesOld = [], said, done, failed, perRow = false }: ChangeOptions<N> = {},
) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const refresh = () =>
    client.invalidateQueries({ predicate: ({ queryKey }) => makesOld.some((route) => String(queryKey[0]).startsWith(route)) });
  const underWay = useRef(new Set<string>());
  const change = useMutation<Answer<N>, ApiError, Input<N>>({
    mutationFn: (input) => call(name, input),
    async onSuccess(answer, input) {
      if (said !== undefined) void message.success(said);
      done?.(answer, input);
      await refresh();
    },
    onError(error) {
      if (!failed?.(error)) void message.error(errorText(error), 6);
      // Somebody else was first: what is shown is old.
      if (error.status === 409) void refresh();
    },
  });
  function mutate(input: Input<N>): void {
    const key = perRow ? JSON.stringify(input) : '';
    if (underWay.current.has(key)) return;
    underWay.current.add(key);
    const end = () => underWay.current.delete(key);
    // A turn later the page shows what became of it; what went wrong was said above.
    void change.mutateAsync(input).then(
      () => setTimeout(end),
      () => setTimeout(end),
    );
  }
  const { mutateAsync: _, ...shown } = change;
  return { ...shown, mutate };
}
