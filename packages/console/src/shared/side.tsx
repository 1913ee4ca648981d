import { Drawer, type DrawerProps } from 'antd';
import { useFocusBack } from './focus-back.ts';

/** A drawer that gives the keyboard back to what it was opened from; open for as long as it is there, unless told. */
export function Side({ open = true, ...props }: DrawerProps) {
  useFocusBack(open);
  return <Drawer open={open} {...props} />;
}
