import { Button, type ButtonProps } from 'antd';
import { useHref, useLinkClickHandler } from 'react-router';

/** A link that looks like a button; to the keyboard and to a reader of screens it is the link alone. */
export function LinkButton({ to, ...looks }: Omit<ButtonProps, 'href' | 'onClick'> & { to: string }) {
  return <Button {...looks} href={useHref(to)} onClick={useLinkClickHandler<HTMLElement>(to)} />;
}
