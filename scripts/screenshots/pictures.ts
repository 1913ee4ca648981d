import type { Page } from 'playwright-core';

/** Of demo.json. */
export interface Demo {
  baseUrl: string;
  console: { login: string; password: string };
}

export interface Picture {
  /** Of the file in docs/console. */
  name: string;
  /** Chinese unless told. */
  language?: 'zh' | 'en';
  phone?: boolean;
  /** Leads the page to what is to be seen. */
  take(page: Page, demo: Demo): Promise<void>;
}

/** Opens an address and waits for its heading. */
const at =
  (path: string) =>
  async (page: Page, { baseUrl }: Demo) => {
    await page.goto(`${baseUrl}${path}`);
    await page.locator('.page-title').waitFor();
  };

/** The latest sale of the mall, which went the whole way. */
async function anOrder(page: Page, demo: Demo): Promise<void> {
  const { items } = (await page.evaluate('fetch("/v1/orders?state=paid").then((answer) => answer.json())')) as {
    items: { id: number; channel: unknown }[];
  };
  const { id = 1 } = items.find(({ channel }) => channel !== null) ?? {};
  await at(`/orders/${id}`)(page, demo);
}

export const pictures: readonly Picture[] = [
  { name: 'today-zh', take: at('/') },
  { name: 'today-en', language: 'en', take: at('/') },
  { name: 'today-phone', phone: true, take: at('/') },
  { name: 'orders', take: at('/orders') },
  { name: 'order-en', language: 'en', take: anOrder },
  { name: 'machines', take: at('/machines') },
  { name: 'machine', take: at('/machines/1') },
  { name: 'new-machine-en', language: 'en', take: at('/machines/new') },
  { name: 'slot-check', take: at('/machines/1/slots/1') },
  { name: 'planogram', take: at('/machines/1/planogram') },
  { name: 'virtual-machine', take: at('/machines/1/virtual') },
  { name: 'refill', take: at('/refill') },
  { name: 'refill-phone', phone: true, take: at('/refill/1') },
  { name: 'sales', take: at('/sales') },
  { name: 'settlements', take: at('/settlements') },
  { name: 'books', take: at('/books') },
  { name: 'integrations-en', language: 'en', take: at('/integrations') },
  { name: 'workbench-en', language: 'en', take: at('/integrations/2?tab=workbench') },
  { name: 'notifications', take: at('/notifications') },
  { name: 'staff', take: at('/staff') },
];
