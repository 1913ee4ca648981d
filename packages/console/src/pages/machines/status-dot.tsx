import { useText } from './text.ts';

/** Green: sells. Red: in operation, and silent. Amber: online, with something wrong. A ring: out of operation. */
export function StatusDot({
  online,
  operational,
  troubled = false,
}: {
  online: boolean;
  operational: boolean;
  troubled?: boolean;
}) {
  const text = useText();
  const [kind, said] = operational
    ? online
      ? troubled
        ? (['troubled', `${text('online')}, ${text('trouble')}`] as const)
        : (['', text('online')] as const)
      : (['offline', text('offline')] as const)
    : (['idle', text('out-of-operation')] as const);
  return <span className={`status-dot ${kind}`} role="img" aria-label={said} title={said} />;
}
