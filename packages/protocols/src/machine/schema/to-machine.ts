import {
  type BodyOf,
  constantField,
  flagField,
  idListField,
  integerField,
  type Message,
  maybe,
  message,
  millisField,
  oneOfField,
  textField,
} from './message.ts';
import { orderTypes } from './values.ts';

const slot = {
  addr: integerField('Address of the drive board', { min: 0 }),
  code: textField('Number of the slot on the board: "020"'),
  floor_type: integerField('1 spring, 2 electronic lock, 3 belt'),
  is_lp: flagField('Has a lift'),
  is_dc: flagField('Has drop detection'),
};

const advertisement = {
  id: integerField('Id of the advertisement', { min: 1 }),
  title: maybe(textField('标题')),
  type: maybe(textField('"image" or "video"')),
  url: textField('Where the picture or film is'),
  sort_id: maybe(integerField('Place in the list')),
};

const messages = {
  'device.delivery.put': message('device.delivery.put', 'Dispense `quantity` units, one after another, and answer each', {
    delivery_id: textField('To be given back in every answer'),
    order_id: maybe(integerField('Left out in a test', { min: 0 })),
    record_id: maybe(integerField('Left out in a test', { min: 0 })),
    product_id: integerField('产品ID', { min: 1 }),
    quantity: integerField('Units; always 1 on a belt with drop detection', { min: 1 }),
    ...slot,
    order_type: oneOfField('Whether an order stands behind it', orderTypes),
  }),
  'client.channel.debugging': message('client.channel.debugging', 'Turn one slot once, as a test; nothing is booked', {
    ...slot,
    order_type: constantField('Always test', 'test'),
  }),
  'client.channel.fault.clear': message('client.channel.fault.clear', 'Take slots as mended', {
    product_ids: idListField('"1,2,3"'),
    floor_status: constantField('Always 1, normal', '1'),
  }),
  'client.pickup_codes.create': message('client.pickup_codes.create', 'A pickup code that the machine may honour by itself', {
    id: integerField('Id of the code', { min: 1 }),
    product_id: integerField('产品ID', { min: 1 }),
    code: textField('What the shopper types'),
    quantity: integerField('Units that it fetches', { min: 1 }),
    expired_at: maybe(millisField('Milliseconds since 1970; left out: for ever')),
    expired_day: maybe(textField('The same as a day, YYYY-MM-DD')),
    used: maybe(flagField('Used already')),
  }),
  'client.pickup_codes.delete': message('client.pickup_codes.delete', 'Forget a pickup code', {
    id: integerField('Id of the code', { min: 1 }),
  }),
  'client.pickup_code.result': message('client.pickup_code.result', 'What a typed code is worth (ours)', {
    serial: textField('Of the typing'),
    accepted: flagField('The dispense of order_id is on its way'),
    order_id: maybe(integerField('When accepted', { min: 1 })),
    reason: maybe(textField('When not: one of typedCodeRefusals')),
  }),
  'client.machine.config.push': message('client.machine.config.push', 'Settings to take over; further fields are borne', {
    price_digits: maybe(integerField('Decimals of prices', { min: 0 })),
    language: maybe(textField('"zh-CN"')),
    idle_timeout: maybe(integerField('Seconds until the start page returns', { min: 0 })),
    payment_wait_timeout: maybe(integerField('Seconds that a payment is waited for', { min: 0 })),
    brightness: maybe(integerField('Of the screen, percent', { min: 0, max: 100 })),
    volume: maybe(integerField('Of the loudspeaker, percent', { min: 0, max: 100 })),
  }),
  'client.machine.refresh': message('client.machine.refresh', 'Fetch everything anew', {}),
  'client.machine.reboot': message('client.machine.reboot', 'Start again', {}),
  'client.machine.shutdown': message('client.machine.shutdown', 'Switch off', {}),
  'client.factory.reset': message('client.factory.reset', 'Forget everything', {}),
  'client.ads.push': message('client.ads.push', 'A new advertisement', advertisement),
  'client.ads.update': message('client.ads.update', 'A changed advertisement', advertisement),
  'client.ads.delete': message('client.ads.delete', 'Remove an advertisement', {
    id: integerField('Id of the advertisement', { min: 1 }),
  }),
  'client.power.schedule.push': message('client.power.schedule.push', 'When to be on, each week (our name and form)', {
    days: textField('Days of the week, 1 Monday to 7 Sunday: "1,2,3,4,5"'),
    on_at: textField('HH:mm in the machine’s time zone'),
    off_at: textField('HH:mm in the machine’s time zone'),
    enabled: maybe(flagField('In force')),
  }),
} as const;

/** Every message that the hub sends, by its `method`. */
export const toMachine: typeof messages = messages;
export type ToMachineMethod = keyof typeof messages;
export type ToMachineBody<M extends ToMachineMethod> = (typeof messages)[M] extends Message<string, infer S> ? BodyOf<S> : never;

/** A message to a machine, read; discriminated by `method`. */
export type ToMachine = { [M in ToMachineMethod]: { readonly method: M; readonly body: ToMachineBody<M> } }[ToMachineMethod];

export function isToMachineMethod(method: unknown): method is ToMachineMethod {
  return typeof method === 'string' && Object.hasOwn(messages, method);
}
