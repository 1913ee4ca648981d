import { Command } from 'commander';
import { settings } from '../config.ts';
import type { NewIntegration } from './integrations.ts';
import type { ShopOptions } from './pos.ts';

/** Every command. Each one's own code is loaded when it runs: `polyvend sign` stands in the middle of a curl. */
export const program = new Command();

const describeSettings = () =>
  `\nSettings, by environment variable [what holds without it]:\n${Object.entries(settings)
    .map(([name, { default: value, meaning }]) => `  ${name.padEnd(26)}${meaning}${value === '' ? '' : ` [${value}]`}`)
    .join('\n')}\n`;

program
  .name('polyvend')
  .description('A hub for unattended retail: one ledger behind the protocols of malls and machines.')
  .version('0.1.0')
  .addHelpText('after', describeSettings)
  .showHelpAfterError('(polyvend --help tells every command and setting)');

program
  .command('start')
  .description('run the hub until Ctrl-C or SIGTERM')
  .option('--demo', 'with a demo merchant, virtual machines and a mall that takes the callbacks')
  .action(async (options: { demo?: boolean }) => (await import('./start.ts')).start(options));

const sign = program.command('sign').description('sign a request, for use in a curl command');
sign
  .command('active-order <fields...>')
  .description('a payload out of name=value pairs; the timestamp is now unless given')
  .requiredOption('--key <appKey>', 'the app key')
  .action(async (fields: string[], { key }: { key: string }) => {
    const { signActiveOrder } = await import('./sign.ts');
    process.stdout.write(`${signActiveOrder(fields, key, new Date())}\n`);
  });

sign
  .command('qianhub <body>')
  .description('X-QianHub-Sign of a body, to be sent byte for byte as it is signed')
  .requiredOption('--key <file>', 'the private key, in base64 or PEM')
  .action(async (body: string, { key }: { key: string }) => {
    const { signQianHub } = await import('./sign.ts');
    process.stdout.write(`${signQianHub(body, key)}\n`);
  });

sign
  .command('smart-vending <fields...>')
  .description('a body out of name=value pairs; the nonce is a fresh one unless given')
  .requiredOption('--key <key>', 'the key that goes with the clientId')
  .option('--query', 'the query of a GET instead', false)
  .action(async (fields: string[], options: { key: string; query: boolean }) => {
    const { signSmartVending } = await import('./sign.ts');
    process.stdout.write(`${signSmartVending(fields, options)}\n`);
  });

sign
  .command('owitho <data>')
  .description('a signed body around data, which is a JSON text without spaces')
  .requiredOption('--app <appId>', 'the App Id')
  .option('--key <secretKey>', 'the Secret Key, with which a platform signs while no token is valid')
  .option('--token <accessToken>', 'a token instead')
  .action(async (data: string, options: { app: string; key?: string; token?: string }) => {
    const { signOwitho } = await import('./sign.ts');
    process.stdout.write(`${signOwitho(data, options, new Date())}\n`);
  });

const order = program.command('order').description('look at orders');
order
  .command('show <id-or-trade-id>')
  .description("an order's whole life: requests, states, stock, commands, answers, callbacks, with times")
  .option('--merchant <id>', 'only of this merchant')
  .option('--json', 'as JSON')
  .action(async (id: string, options: { merchant?: string; json?: boolean }) => {
    const { showOrder } = await import('./commands.ts');
    await showOrder(id, options);
  });

order
  .command('decide <order-id> <record-id> <outcome>')
  .description('say what became of held units of a record: dropped or kept')
  .requiredOption('--merchant <id>', 'of this merchant')
  .action(async (id: string, record: string, outcome: string, options: { merchant: string }) =>
    (await import('./machines.ts')).decide(id, record, outcome, options),
  );

program
  .command('exceptions')
  .description(
    'what a person should look at: held units, short slots, faults, offline machines, conflicts, endpoints switched off',
  )
  .option('--merchant <id>', 'only of this merchant')
  .action(async (options: { merchant?: string }) => (await import('./commands.ts')).showExceptions(options));

const notifications = program.command('notifications').description('callbacks: look at them, send them again');
notifications
  .command('list')
  .description('callbacks with their attempts, the latest first')
  .option('--merchant <id>', 'only of this merchant')
  .option('--failed', 'only those given up')
  .action(async (options: { merchant?: string; failed?: boolean }) => (await import('./commands.ts')).listNotifications(options));
notifications
  .command('replay <id>')
  .description('send one again')
  .action(async (id: string) => (await import('./commands.ts')).replayOne(id));
notifications
  .command('replay-failed')
  .description('send again all that were given up since a time')
  .requiredOption('--merchant <id>', 'of this merchant')
  .requiredOption('--since <time>', 'ISO 8601, e.g. 2026-01-31T00:00:00+08:00')
  .action(async (options: { merchant: string; since: string }) => (await import('./commands.ts')).replayFailed(options));
notifications
  .command('enable <endpoint>')
  .description('switch an endpoint on again that failed for days; what waited for it is sent')
  .requiredOption('--merchant <id>', 'of this merchant')
  .action(async (endpoint: string, options: { merchant: string }) => (await import('./commands.ts')).enable(endpoint, options));

const inbound = program.command('inbound').description('what other platforms tell us: look at it, try it again');
inbound
  .command('list')
  .description('messages of other platforms, the latest first')
  .option('--merchant <id>', 'only of this merchant')
  .option('--unapplied', 'only those that wait, were refused or given up, with their reasons')
  .action(async (options: { merchant?: string; unapplied?: boolean }) => (await import('./inbound.ts')).showMessages(options));
inbound
  .command('polls')
  .description('platforms that are asked: when they last were, and what went wrong since')
  .option('--merchant <id>', 'only of this merchant')
  .action(async (options: { merchant?: string }) => (await import('./inbound.ts')).showPolls(options));
inbound
  .command('retry <id>')
  .description('try a message again that was refused or given up')
  .action(async (id: string) => (await import('./inbound.ts')).retryOne(id));

const integration = program.command('integration').description('credentials of malls and platforms');
integration
  .command('create')
  .description('a new integration; its secrets are told once')
  .requiredOption('--merchant <id>', 'of this merchant')
  .option('--name <name>', 'what to call it', '')
  .option('--dialect <dialect>', 'which protocol it speaks', 'active-order')
  .option('--role <role>', 'what we are in it; the usual one, unless told')
  .option('--given <credentials...>', 'name=value: what the other side gave us')
  .option('--set <settings...>', 'name=value')
  .action(async (options: NewIntegration) => (await import('./integrations.ts')).addIntegration(options));
integration
  .command('roles')
  .description('the dialects, their roles, and what can be given and set')
  .action(async () => (await import('./integrations.ts')).tellRoles());
integration
  .command('revoke <id>')
  .description('its credentials count no more')
  .requiredOption('--merchant <id>', 'of this merchant')
  .action(async (id: string, options: { merchant: string }) =>
    (await import('./integrations.ts')).revokeIntegration(id, options),
  );
integration
  .command('rotate <id>')
  .description('new credentials, told once; the old ones are good beside them for a while')
  .requiredOption('--merchant <id>', 'of this merchant')
  .option('--overlap <hours>', 'for which the old ones are good; 720 at most', '24')
  .action(async (id: string, options: { merchant: string; overlap: string }) =>
    (await import('./integrations.ts')).rotateIntegration(id, options),
  );
integration
  .command('replace <id> <credentials...>')
  .description('name=value: credentials that the other side issued anew')
  .requiredOption('--merchant <id>', 'of this merchant')
  .option('--overlap <hours>', 'for which the old ones are good; 720 at most', '24')
  .action(async (id: string, pairs: string[], options: { merchant: string; overlap: string }) =>
    (await import('./integrations.ts')).replaceIntegration(id, pairs, options),
  );
integration
  .command('end-overlap <id>')
  .description('the old credentials count no more')
  .requiredOption('--merchant <id>', 'of this merchant')
  .action(async (id: string, options: { merchant: string }) =>
    (await import('./integrations.ts')).endIntegrationOverlap(id, options),
  );
integration
  .command('set <id> <settings...>')
  .description('name=value: see integration roles')
  .requiredOption('--merchant <id>', 'of this merchant')
  .action(async (id: string, pairs: string[], options: { merchant: string }) =>
    (await import('./integrations.ts')).setIntegration(id, pairs, options),
  );

const merchant = program.command('merchant').description('merchants');
merchant
  .command('create <name>')
  .description('a new merchant')
  .option('--time-zone <zone>', 'IANA name', 'Asia/Shanghai')
  .action(async (name: string, options: { timeZone: string }) => (await import('./merchants.ts')).addMerchant(name, options));
merchant
  .command('set <id>')
  .description('switch what a merchant may do')
  .option('--debug-mode <on|off>', 'calls are accepted while a machine is offline')
  .option('--pickup-codes <on|off>', 'the function of pickup codes')
  .option('--status <status>', 'active, unverified or expired')
  .action(async (id: string, options: Record<string, string>) => (await import('./merchants.ts')).setMerchant(id, options));

const user = program.command('user').description('who may sign in to the console');
user
  .command('create <login>')
  .description('somebody new; the password is drawn, and told once')
  .requiredOption('--merchant <id>', 'of this merchant')
  .option('--role <role>', 'owner, operator, refiller, finance or viewer', 'owner')
  .action(async (login: string, options: { merchant: string; role: string }) =>
    (await import('./users.ts')).addUser(login, options),
  );
user
  .command('password <login>')
  .description('a new password, drawn and told once; every session of theirs ends')
  .action(async (login: string) => (await import('./users.ts')).newPasswordOf(login));

const ofMerchant = ['--merchant <id>', 'of this merchant'] as const;
type OfMerchant = { merchant: string };

program
  .command('goods-put <file>')
  .description('add or change goods: a JSON list of {number, name, priceCents, barcode, spec, unit, category …}')
  .requiredOption(...ofMerchant)
  .action(async (file: string, options: OfMerchant) => (await import('./machines.ts')).putGoodsFile(file, options));

const goods = program.command('goods').description('goods of the catalogue');
goods
  .command('picture <number> <file>')
  .description("a good's picture, served under /media: PNG, JPEG, GIF or WebP, 2 MB at most")
  .requiredOption(...ofMerchant)
  .action(async (number: string, file: string, options: OfMerchant) =>
    (await import('./listings.ts')).putPictureFile(number, file, options),
  );

const listings = program.command('listings').description('which machines are offered on which integration, and how');
listings
  .command('list')
  .description('what is listed, machine by machine, with what is otherwise for single slots')
  .requiredOption(...ofMerchant)
  .option('--integration <id>', 'only on this integration')
  .action(async (options: OfMerchant & { integration?: string }) => (await import('./listings.ts')).showListings(options));
listings
  .command('put <integration> <machine-no> [slot]')
  .description(
    'offer a machine, or a slot otherwise than its machine; what is not named stays for a machine, and is its machine’s for a slot',
  )
  .requiredOption(...ofMerchant)
  .option('--held-back <percent>', 'share of a filling that this channel cannot have, rounded up in pieces')
  .option('--price <cents>', 'price on this channel in fen or cents; own: the slot’s own price')
  .option('--offered <on|off>', 'off takes it from this channel')
  .action(async (integrationId: string, no: string, slotName: string | undefined, options: OfMerchant & Record<string, string>) =>
    (await import('./listings.ts')).put(integrationId, no, slotName, options),
  );
listings
  .command('remove <integration> <machine-no> [slot]')
  .description('forget what is listed of a machine, or of a slot alone')
  .requiredOption(...ofMerchant)
  .action(async (integrationId: string, no: string, slotName: string | undefined, options: OfMerchant) =>
    (await import('./listings.ts')).remove(integrationId, no, slotName, options),
  );
listings
  .command('offers <integration> <which>')
  .description('all: machines that are not listed are offered too; listed: only those that are')
  .requiredOption(...ofMerchant)
  .action(async (integrationId: string, which: string, options: OfMerchant) =>
    (await import('./listings.ts')).offers(integrationId, which, options),
  );

const machine = program.command('machine').description('machines');
machine
  .command('add <file>')
  .description('a new machine: JSON of {machineNo, name, cabinets: [{name, addr, drive, slots: [{name, code, x, y, goods …}]}]}')
  .requiredOption(...ofMerchant)
  .action(async (file: string, options: OfMerchant) => (await import('./machines.ts')).addMachineFile(file, options));
machine
  .command('password <machine-no>')
  .description('a new password for its broker sign-in, told once')
  .requiredOption(...ofMerchant)
  .action(async (no: string, options: OfMerchant) => (await import('./machines.ts')).newPassword(no, options));
machine
  .command('set <machine-no>')
  .description('put a machine into or out of operation')
  .requiredOption(...ofMerchant)
  .requiredOption('--operational <on|off>', 'whether it sells')
  .action(async (no: string, options: OfMerchant & { operational: string }) =>
    (await import('./machines.ts')).setMachine(no, options),
  );

machine
  .command('place <machine-no> [site]')
  .description('put a machine at a site, by its number; without one it stands nowhere')
  .requiredOption(...ofMerchant)
  .action(async (no: string, site: string | undefined, options: OfMerchant) =>
    (await import('./places.ts')).placeAt(no, site, options),
  );

const line = program.command('line').description('lines: the machines of one round');
line
  .command('put <name>')
  .description('add or change a line; what is not given stays as it is')
  .requiredOption(...ofMerchant)
  .option('--area <name>', 'where it lies; a new area is made')
  .option('--description <text>', 'what to know of it')
  .action(async (name: string, options: OfMerchant & { area?: string; description?: string }) =>
    (await import('./places.ts')).putLineNamed(name, options),
  );
line
  .command('list')
  .description('lines with their areas')
  .requiredOption(...ofMerchant)
  .option('--area <name>', 'only of this area')
  .action(async (options: OfMerchant & { area?: string }) => (await import('./places.ts')).showLines(options));

const site = program.command('site').description('sites: where machines stand');
site
  .command('put <number> <name>')
  .description('add or change a site; what is not given stays as it is')
  .requiredOption(...ofMerchant)
  .option('--line <name>', 'a line that is there')
  .option('--address <text>', 'where it is')
  .option('--longitude <degrees>', 'east positive')
  .option('--latitude <degrees>', 'north positive')
  .action(async (number: string, name: string, options: OfMerchant & Record<string, string>) =>
    (await import('./places.ts')).putSiteNumbered(number, name, options),
  );
site
  .command('list')
  .description('machines at their sites')
  .requiredOption(...ofMerchant)
  .option('--line <name>', 'only of this line')
  .option('--area <name>', 'only of this area')
  .action(async (options: OfMerchant & { line?: string; area?: string }) => (await import('./places.ts')).showSites(options));

const slot = program.command('slot').description('what lies in slots');
slot
  .command('count <machine-no> <slot> <pieces>')
  .description('a person counted: decides held units, and sets what is there')
  .requiredOption(...ofMerchant)
  .action(async (no: string, name: string, pieces: string, options: OfMerchant) =>
    (await import('./machines.ts')).countSlot(no, name, pieces, options),
  );
slot
  .command('clear-fault <machine-no> <slot>')
  .description('the slot is mended: on sale again, and the machine is told')
  .requiredOption(...ofMerchant)
  .action(async (no: string, name: string, options: OfMerchant) => (await import('./machines.ts')).clearFault(no, name, options));

const shop = program.command('shop').description('shops of cash registers');
shop
  .command('list')
  .description('shops, and how far those of other gateways have been fetched')
  .requiredOption(...ofMerchant)
  .action(async (options: OfMerchant) => (await import('./pos.ts')).listShops(options));
for (const [verb, visible] of [
  ['show', true],
  ['hide', false],
] as const) {
  shop
    .command(`${verb} <sn>`)
    .description(visible ? 'let an integration see a shop' : 'let it see the shop no more')
    .requiredOption(...ofMerchant)
    .requiredOption('--integration <id>', 'which one')
    .action(async (sn: string, options: OfMerchant & { integration: string }) =>
      (await import('./pos.ts')).changeShopView(sn, visible, options),
    );
}
const books = program.command('books').description('sets of books: orders on their way into an ERP as retail bills');
type BooksOptions = Readonly<Record<string, string | undefined>>;
books
  .command('create <number>')
  .description('a new set of books (账套); its tokens for the sender of orders and for its administration are told once')
  .requiredOption(...ofMerchant)
  .requiredOption('--erp <kind>', 'c8, or file for one without an interface')
  .option('--erp-url <url>', 'the address of the ERP: no other is ever contacted')
  .option('--erp-key <key>', 'what the hub shows the ERP')
  .option('--source <kind>', 'where orders come from: ledger (our own machines), gobox, or none', 'none')
  .option('--source-url <url>', 'its address')
  .option('--app-key <key>', 'the app key there')
  .option('--user-name <name>', 'the user name there')
  .option('--time-zone <zone>', 'IANA name; the merchant’s unless told')
  .option('--auto-import <on|off>', 'import what is due in the background', 'off')
  .action(async (number: string, options: BooksOptions) => (await import('./books.ts')).createBooks(number, options));
books
  .command('set <number>')
  .description('change a set of books; what was refused for wrong credentials is tried again')
  .requiredOption(...ofMerchant)
  .option('--auto-import <on|off>', 'import what is due in the background')
  .option('--erp-url <url>', 'the address of the ERP')
  .option('--erp-key <key>', 'what the hub shows the ERP')
  .option('--source-url <url>', 'the address of the order source')
  .option('--app-key <key>', 'the app key there')
  .option('--user-name <name>', 'the user name there')
  .action(async (number: string, options: BooksOptions) => (await import('./books.ts')).setBooks(number, options));
books
  .command('token <number> <kind>')
  .description('a new token, told once: sender hands over orders, administrator changes the set, user does everything else')
  .requiredOption(...ofMerchant)
  .option('--name <name>', 'who stands in the books for what is done with it')
  .option('--days <n>', 'how long it holds', '365')
  .option('--replace', 'earlier tokens of this kind count no more')
  .action(async (number: string, kind: string, options: BooksOptions) =>
    (await import('./books.ts')).newToken(number, kind, options),
  );
books
  .command('machines <number>')
  .description('the dev_id of each machine in a set of books whose source is the ledger; with both options, of one from now on')
  .requiredOption(...ofMerchant)
  .option('--machine <machine-no>', 'the machine')
  .option('--dev-id <n>', 'its number, or none: its orders do not go into this set')
  .action(async (number: string, options: BooksOptions) => (await import('./books.ts')).machinesOf(number, options));
books
  .command('problems <number>')
  .description('why orders are not imported, and what to do about it; what needs a person first')
  .requiredOption(...ofMerchant)
  .action(async (number: string, options: BooksOptions) => (await import('./books.ts')).showProblems(number, options));
books
  .command('retry <number>')
  .description('something was mended: what waits for it is due again')
  .requiredOption(...ofMerchant)
  .option('--problem <problem>', 'only this one, e.g. import.barcode-unknown')
  .option('--subject <subject>', 'only of this barcode, period or field')
  .action(async (number: string, options: BooksOptions) => (await import('./books.ts')).retry(number, options));
books
  .command('check <number>')
  .description('the orders of a day against the bills of the ERP; ends with 1 when they differ')
  .requiredOption(...ofMerchant)
  .requiredOption('--day <date>', 'YYYY-MM-DD in the zone of the set of books')
  .option('--json', 'as JSON')
  .action(async (number: string, options: BooksOptions) => (await import('./books.ts')).check(number, options));
books
  .command('export <number> <file>')
  .description('write the bills of a day into a .csv or .xlsx, for an ERP without an interface')
  .requiredOption(...ofMerchant)
  .requiredOption('--day <date>', 'YYYY-MM-DD in the zone of the set of books')
  .action(async (number: string, file: string, options: BooksOptions) =>
    (await import('./books.ts')).exportBills(number, file, options),
  );
books
  .command('withdraw <number> <trans-id>')
  .description('take a bill out of the files again, once you have seen to it that the ERP has none; its order can be reset then')
  .requiredOption(...ofMerchant)
  .action(async (number: string, transId: string, options: BooksOptions) =>
    (await import('./books.ts')).withdraw(number, transId, options),
  );
shop
  .command('open <site>')
  .description('tell the sales of a site as those of a cash register, from now on; again, change it')
  .requiredOption(...ofMerchant)
  .option('--sn <sn>', 'its number; the site’s unless told')
  .option('--brand <id=name>', 'its brand')
  .option('--contact <text>', 'whom to call')
  .option('--time-zone <zone>', 'IANA name; the merchant’s unless told')
  .option('--day-closes-at <time>', 'HH:mm by its clocks; 00:00 unless told')
  .option('--payment <codes...>', 'style=id:sn:name: its own code of a way of paying, e.g. qrcode=14:2400000000000001:扫码')
  .action(async (site: string, options: OfMerchant & ShopOptions) => (await import('./pos.ts')).openShop(site, options));
shop
  .command('shut <sn>')
  .description('tell the sales of its site no more')
  .requiredOption(...ofMerchant)
  .action(async (sn: string, options: OfMerchant) => (await import('./pos.ts')).shutShop(sn, options));

program
  .command('pos')
  .description('what is told as cash registers tell it')
  .command('check <sn>')
  .description('hold the bills, handovers and day ends of a shop against one another and against the sales')
  .requiredOption(...ofMerchant)
  .option('--day <YYYY-MM-DD>', 'this business day; the last week unless told')
  .action(async (sn: string, options: OfMerchant & { day?: string }) => (await import('./pos.ts')).checkShop(sn, options));

program
  .command('simulate')
  .description('a mall that orders, pays and dispenses at random at the machines of the running demo')
  .option('--seconds <n>', 'how long', '30')
  .option('--rate <n>', 'orders per second', '2')
  .option('--seed <n>', 'what chance does is decided by it', '1')
  .option('--refund-rate <p>', 'share of orders that are refunded', '0.05')
  .action(async (options: Record<string, string>) => (await import('./simulate.ts')).simulate(options));
