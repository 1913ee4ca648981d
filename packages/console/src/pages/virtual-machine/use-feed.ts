import { useEffect, useRef, useState } from 'react';

/** A message as it passed; fields by their names on the wire of machines. */
export interface PassedMessage {
  n: number;
  at: string;
  direction: 'to-machine' | 'from-machine';
  method: string;
  fields: Record<string, unknown>;
  topic: string;
  payload: string;
}

export interface Drop {
  n: number;
  at: string;
  addr: number;
  code: string;
  cause: string;
  order_id: number | null;
}

export interface Steel {
  connected: boolean;
  slots: { addr: number; code: string; stock: number; status: number }[];
}

const mostShown = 200;

/** What passes at the virtual machine while one looks; `onDrop` for each unit that falls. */
export function useFeed(machineId: number, running: boolean, onDrop: (drop: Drop) => void) {
  const [messages, setMessages] = useState<PassedMessage[]>([]);
  const [steel, setSteel] = useState<Steel>();
  const hear = useRef(onDrop);
  hear.current = onDrop;
  useEffect(() => {
    if (!running) return;
    let n = 0;
    const stream = new EventSource(`/v1/demo/machines/${machineId}/feed`);
    // Coming back one is told anew what was before.
    stream.addEventListener('open', () => setMessages([]));
    stream.addEventListener('message', ({ data }: MessageEvent<string>) => {
      n += 1;
      const message = { n, ...(JSON.parse(data) as Omit<PassedMessage, 'n'>) };
      setMessages((before) => [message, ...before].slice(0, mostShown));
    });
    stream.addEventListener('state', ({ data }: MessageEvent<string>) => setSteel(JSON.parse(data) as Steel));
    stream.addEventListener('drop', ({ data }: MessageEvent<string>) => {
      n += 1;
      hear.current({ n, ...(JSON.parse(data) as Omit<Drop, 'n'>) });
    });
    return () => stream.close();
  }, [machineId, running]);
  return { messages, steel };
}
