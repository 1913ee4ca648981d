import type { ReactNode } from 'react';

/** In the place of a table that has no rows. */
export const Nothing = ({ children }: { children: ReactNode }) => (
  <div className="panel" style={{ textAlign: 'center', padding: 48 }}>
    {children}
  </div>
);
