import { useEffect, useLayoutEffect, useRef } from 'react';

/**
 * While it is open the keyboard is in it; when it goes, also all at once, in what it was opened from: a button, a row. Where that has
 * gone too, in the page's heading, so that one reads on from there and not from the beginning of everything.
 */
export function useFocusBack(open = true): void {
  const opener = useRef<Element>(null);
  useLayoutEffect(() => {
    if (open) opener.current = document.activeElement;
  }, [open]);
  useEffect(() => {
    if (!open) return;
    return () => giveFocus(opener.current);
  }, [open]);
}

function giveFocus(opener: Element | null): void {
  const now = document.activeElement;
  // Whoever has gone elsewhere meanwhile stays there.
  if (now && now !== document.body && !now.closest('.ant-drawer, .ant-modal')) return;
  if (opener !== document.body && focused(opener)) return;
  focusHeading();
}

/** Where one reads on when what had the keyboard has gone. */
export function focusHeading(): void {
  const heading = document.querySelector('#content h1') ?? document.getElementById('content');
  heading?.setAttribute('tabindex', '-1');
  focused(heading);
}

/** Whether it has taken it: what is gone, hidden or disabled does not. */
function focused(element: Element | null): boolean {
  if (element instanceof HTMLElement) element.focus({ preventScroll: true });
  return element !== null && document.activeElement === element;
}
