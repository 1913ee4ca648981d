import type { ReactNode } from 'react';

/** A cell that says more in a second, softer line. */
export function TwoLines({ below, children }: { below: ReactNode; children: ReactNode }) {
  return (
    <>
      <div style={{ overflowWrap: 'anywhere' }}>{children}</div>
      {below !== '' && (
        <div className="soft" style={{ fontSize: 12 }}>
          {below}
        </div>
      )}
    </>
  );
}
