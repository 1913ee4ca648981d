import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { buildConsole } from '../../packages/console/build.ts';
import { csrfHeader, csrfTokenOf, sessionCookie } from '../../packages/server/src/console/authenticate.ts';
import { createUser, type UserDraft } from '../../packages/server/src/ledger/staff/put-user.ts';
import type { Role } from '../../packages/server/src/ledger/staff/roles.ts';
import { openSession } from '../../packages/server/src/ledger/staff/sign-in.ts';
import { findBrowser } from '../support/find-browser.ts';
import { startTestHub, type TestHub, type TestHubOptions, type TestTenant } from '../support/index.ts';

/** Somebody of the staff, signed in. */
export interface Person {
  id: number;
  login: string;
  password: string;
  /** What the browser keeps. */
  token: string;
  /** Calls the API as the page does. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
}

export interface ApiAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever it is, the test says what it must be.
  body: any;
  text: string;
  headers: Headers;
}

export interface ConsoleHub extends TestHub {
  person(role: Role, options?: { tenant?: TestTenant; scope?: UserDraft['scope'] }): Promise<Person>;
  /** A page of a browser of its own, signed in; Chinese and as wide as a desk unless told. */
  page(person: Person | undefined, path: string, options?: PageOptions): Promise<Page>;
}

export interface PageOptions {
  language?: 'zh' | 'en';
  phone?: boolean;
  /** Is given the page before it opens its address. */
  before?(page: Page): void;
}

/**
 * What opens grows into its place: where the cores are shared, a press that begins while it grows ends beside it, and counts as none. It appears in
 * its place; all else of the motion stays, also the pages' waiting for its end.
 */
const inPlace = `
document.addEventListener('DOMContentLoaded', () => {
  const style = document.createElement('style');
  style.textContent = '[class*="-appear"], [class*="-enter"] { transform: none !important; }';
  document.head.append(style);
});`;

let people = 0;

/** A whole hub with its console built, and people in it. */
export async function startConsoleHub(options: TestHubOptions = {}): Promise<ConsoleHub> {
  await buildConsole();
  const hub = await startTestHub(options);
  let browser: Promise<Browser> | undefined;
  return {
    ...hub,
    async person(role, { tenant = hub, scope = null } = {}) {
      people += 1;
      const login = `${role}-${people}`;
      const password = `correct horse ${people} battery`;
      const merchantId = tenant.merchant.id;
      const { id } = await createUser(hub.ledger, merchantId, { login, role, password, scope });
      const { token } = await openSession(hub.ledger, { merchantId, userId: id, address: '127.0.0.1', agent: 'test' });
      return { id, login, password, token, call: callerOf(hub.url, token) };
    },
    async page(person, path, { language = 'zh', phone = false, before } = {}) {
      browser ??= findBrowser().then((found) => chromium.launch({ ...found, timeout: 60_000 }));
      const context = await (await browser).newContext({
        ...(phone ? phoneSize : deskSize),
        locale: language === 'zh' ? 'zh-CN' : 'en-GB',
      });
      context.setDefaultTimeout(30_000);
      if (person)
        await context.addCookies([
          { name: sessionCookie, value: person.token, url: hub.url, httpOnly: true, sameSite: 'Strict' },
        ]);
      await context.addInitScript(inPlace);
      const page = await context.newPage();
      before?.(page);
      await page.goto(`${hub.url}${path}`);
      return page;
    },
    async stop() {
      await (await browser?.catch(() => undefined))?.close();
      await hub.stop();
    },
  };
}

const deskSize: BrowserContextOptions = { viewport: { width: 1280, height: 860 } };
const phoneSize: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
  deviceScaleFactor: 2,
};

/** With the cookie and the token of the page, as a browser sends them. */
export function callerOf(url: string, token: string): Person['call'] {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}/v1${path}`, {
      method,
      headers: { cookie: `${sessionCookie}=${token}`, [csrfHeader]: csrfTokenOf(token), ...headers },
      ...(body !== undefined && { body: body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    return {
      status: response.status,
      body: isJson && text !== '' ? JSON.parse(text) : undefined,
      text,
      headers: response.headers,
    };
  };
}

/** Takes a picture when SCREENSHOTS names a folder, for somebody to look at. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  // Fonts and the end of movements.
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
