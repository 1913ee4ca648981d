import { useRead } from '../../api/hooks.ts';
import { Loaded } from '../../shared/page.tsx';
import type { Step } from './describe-step.ts';
import { useText } from './text.ts';

/** What the ledger wrote down of a step, and the message behind it word for word; JSON set out so that it can be read. */
export function RawMessage({ order, step }: { order: number; step: Step }) {
  const text = useText();
  const read = useRead('GET /orders/{order}/steps/{step}', { params: { order, step: step.ref } });
  const { what, title, detail } = step;
  return (
    <Loaded read={read}>
      {({ by, call, request_id: request, raw }) => (
        <div className="raw-message">
          <div className="soft">{[by, call, request && text('request', { id: request })].filter(Boolean).join(' · ')}</div>
          {raw !== '' && <pre>{readable(raw)}</pre>}
          <pre className="soft">{`${what} ${title} ${JSON.stringify(detail)}`}</pre>
        </div>
      )}
    </Loaded>
  );
}

/** A message whose body travels in base64 with what is in it, beside it as it came. */
function readable(raw: string): string {
  try {
    const value: unknown = JSON.parse(raw);
    const inner = (value as { payload?: unknown })?.payload;
    const decoded = typeof inner === 'string' ? decode(inner) : undefined;
    return JSON.stringify(value, null, 2) + (decoded ? `\n\npayload:\n${decoded}` : '');
  } catch {
    return raw;
  }
}

function decode(payload: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    return JSON.stringify(JSON.parse(new TextDecoder().decode(bytes)), null, 2);
  } catch {
    return undefined;
  }
}
