import { readText } from '../../shared/fields.ts';
import {
  type BodyOf,
  codeListField,
  constantField,
  type Field,
  flagField,
  idArrayField,
  integerField,
  listField,
  type Message,
  maybe,
  message,
  moneyField,
  numberField,
  numbersField,
  oneOfField,
  patternField,
  secondsField,
  textField,
} from './message.ts';
import { machineFaults, saleOutcomes, salePayStyles } from './values.ts';

const productId = integerField('产品ID: a good in a slot', { min: 1 });
const onSale = flagField('On sale');
const floorStatus = integerField('State of the slot: 0 no such slot, 1 normal, 2 jammed, 3 motor fault, 47 serial timeout', {
  min: 0,
  max: 1_000_000,
});
const tradeNoField: Field<string, false> = {
  optional: false,
  description: 'The machine’s own number of the sale, never used again: 1 to 64 letters, digits, - or _',
  read: (fields, name) =>
    fields[name] === undefined || fields[name] === ''
      ? undefined
      : readText(fields, name, { pattern: /^[\w-]{1,64}$/, shape: '1 to 64 letters, digits, - or _' }),
  write: String,
};
const counter = maybe(integerField('Running total since boot, not a difference', { min: 0 }));

const coins = maybe(integerField('Pieces in the changer', { min: 0, max: 1_000_000 }));
const cabinet = maybe(textField('Name of the cabinet; left out: the main one', 64));
const version = textField('Version', 128);
const timeOfDay = maybe(textField('"7:30"', 16));
const celsius = maybe(integerField('°C', { min: -1_000, max: 1_000 }));
const isOn = maybe(flagField('It is on'));

const messages = {
  'client.heartbeat': message('client.heartbeat', 'Every 5 minutes; 10 minutes of silence mean offline', {
    network_type: maybe(textField('"wifi", "4g", "ethernet"')),
    network_rssi: maybe(integerField('Signal strength, dBm', { min: -1_000, max: 1_000 })),
    uptime_minutes_today: maybe(integerField('Minutes since midnight or boot, whichever is later', { min: 0, max: 1_000_000 })),
  }),
  'client.offline': message('client.offline', 'The machine says goodbye; also its MQTT last will, signed when it connected', {
    reason: maybe(textField('Why')),
  }),
  'client.temperature.put': message('client.temperature.put', 'Temperature inside', {
    temperature: numberField('°C'),
  }),
  'client.humidity.put': message('client.humidity.put', 'Humidity inside', { humidity: numberField('Percent') }),
  'client.machine.env.put': message('client.machine.env.put', 'At boot: what the machine is; further fields are borne', {
    app_version: maybe(textField('Version of the machine’s program')),
    android_version: maybe(textField('"11"')),
    device_model: maybe(textField('Model of the computer')),
    manufacturer: maybe(textField('Its maker')),
    serial_no: maybe(textField('Its serial number')),
    screen_width: maybe(integerField('Pixels', { min: 0 })),
    screen_height: maybe(integerField('Pixels', { min: 0 })),
    brightness: maybe(integerField('Of the screen')),
    volume: maybe(integerField('Of the loudspeaker')),
    language: maybe(textField('"zh-CN"')),
  }),
  'client.product.put': message('client.product.put', 'A slot was counted or changed at the machine', {
    product_id: productId,
    current_inventory: integerField('Units that are there now', { min: 0, max: 100_000 }),
    lock_id: maybe(textField('Electronic lock of the slot')),
    operation: maybe(onSale),
  }),
  'client.product.restock': message(
    'client.product.restock',
    'Slots were filled to capacity, or put on or off sale, at the machine',
    {
      product_ids: idArrayField('JSON array text; [] means all'),
      operation: maybe(onSale),
    },
  ),
  'client.channel.status.put': message('client.channel.status.put', 'State of a slot and its lock', {
    product_id: productId,
    floor_status: floorStatus,
    lock_status: maybe(integerField('-1 none, 0 open, 1 shut, 2 fault', { min: -1, max: 1_000 })),
  }),
  'client.doorlock.status': message('client.doorlock.status', 'The older form of client.channel.status.put', {
    product_id: productId,
    operation: integerField('0 open, 1 shut, 2 fault', { min: -1, max: 1_000 }),
  }),
  'client.machine.config.put': message(
    'client.machine.config.put',
    'Settings in force at the machine; further fields are borne',
    {
      price_digits: maybe(integerField('Decimals of prices', { min: 0 })),
      language: maybe(textField('"zh-CN"')),
      idle_timeout: maybe(integerField('Seconds until the start page returns', { min: 0 })),
      payment_wait_timeout: maybe(integerField('Seconds that a payment is waited for', { min: 0 })),
    },
  ),
  'client.machine.status.put': message(
    'client.machine.status.put',
    'The condition of the machine, whole (what is left out is not known): on connecting, and when something changed',
    {
      vmc_online: maybe(flagField('The controller of the vending machine (VMC) answers')),
      selling: maybe(flagField('The machine may sell')),
      door: maybe(oneOfField('Of the machine', ['open', 'shut'])),
      coins_5_jiao: coins,
      coins_1_yuan: coins,
      fault_codes: maybe(numbersField('The six numbers of the controller, 0 none: JSON array text', 6)),
      faults: maybe(listField('What is wrong', 64, { cabinet, fault: oneOfField('One of machineFaults', machineFaults) })),
      temperatures: maybe(
        listField('Climate of each cabinet', 16, {
          cabinet,
          energy_saving_on: timeOfDay,
          energy_saving_off: timeOfDay,
          lamp_on: timeOfDay,
          lamp_off: timeOfDay,
          cooling_max: celsius,
          cooling_min: celsius,
          heating_max: celsius,
          heating_min: celsius,
          left: celsius,
          right: celsius,
          left_cooling: isOn,
          right_cooling: isOn,
          left_heating: isOn,
          right_heating: isOn,
          lamp_always_on: isOn,
          lamp_automatic: isOn,
        }),
      ),
      versions: maybe(
        listField('Programs of the boards', 64, { cabinet, of: oneOfField('Which board', ['main', 'drive']), version }),
      ),
      apps: maybe(listField('Programs of the box', 128, { name: textField('Name', 128), version })),
      firmware: maybe(textField('Version of the box', 128)),
      vcs_version: maybe(textField('Version of its vending control software', 128)),
      net: maybe(textField('"WIFI", "4G"', 32)),
      phone: maybe(textField('Number of the SIM card', 32)),
      iccid: maybe(textField('Of the SIM card', 32)),
      ip: maybe(textField('Address of the box', 64)),
      longitude: maybe(numberField('Degrees, where the box believes to be')),
      latitude: maybe(numberField('Degrees')),
    },
  ),
  'client.goods.slug.put': message('client.goods.slug.put', 'The mark of a good was set at the machine', {
    good_id: integerField('Id of the good', { min: 1 }),
    slug: textField('The mark'),
    is_returnable: maybe(flagField('Can be given back')),
  }),
  'client.pickup_codes.put': message('client.pickup_codes.put', 'A pickup code was used at the machine', {
    id: integerField('Id of the code', { min: 1 }),
    used: constantField('Always 1', '1'),
  }),
  'client.pickup_code.typed': message('client.pickup_code.typed', 'A code was typed at the keypad: is it good? (ours)', {
    code: patternField('As it was typed', /^\d{4,20}$/, '4 to 20 digits'),
    serial: patternField(
      'The machine’s own name of this typing, never used again; the same again is a repeat',
      /^[\w-]{1,64}$/,
      '1 to 64 letters, digits, - or _',
    ),
  }),
  'client.traffic.put': message('client.traffic.put', 'Network traffic so far: running totals', {
    network_type: maybe(textField('"wifi", "4g", "ethernet"')),
    upload_bytes: counter,
    download_bytes: counter,
    upload_packets: counter,
    download_packets: counter,
  }),
  'client.sale.put': message('client.sale.put', 'The machine sold by itself: for cash, by card … (our message)', {
    trade_no: tradeNoField,
    product_id: productId,
    quantity: integerField('Units paid for', { min: 1, max: 100 }),
    price: moneyField('Yuan for one: "3.00"'),
    pay_style: oneOfField('How it was paid', salePayStyles),
    pay_time: maybe(secondsField('When it was paid, seconds since 1970; left out: the time of the message')),
    payment_id: maybe(textField('The payment’s number')),
    outcomes: maybe(
      codeListField(
        'One for each unit, "1,1,0": 1 dropped, 0 failed, 2 sold out; left out: all dropped',
        Object.values(saleOutcomes),
      ),
    ),
    error_msg: maybe(textField('Why not: one of dispenseErrors')),
  }),
  'device.delivery.response': message('device.delivery.response', 'The outcome of one unit of a dispense', {
    delivery_id: textField('Of the command'),
    order_id: maybe(integerField('Of the command; none in a test', { min: 0 })),
    record_id: maybe(integerField('Of the command; none in a test', { min: 0 })),
    index: maybe(
      integerField('Which unit of the command, from 0; with delivery_id it makes repeats harmless', { min: 0, max: 1_000_000 }),
    ),
    deliver_status: flagField('The unit dropped'),
    floor_status: maybe(floorStatus),
    error_msg: maybe(textField('Why not: one of dispenseErrors')),
  }),
} as const;

/** Every message that a machine sends, by its `method`. For a method from the wire use isFromMachineMethod first. */
export const fromMachine: typeof messages = messages;
export type FromMachineMethod = keyof typeof messages;
export type FromMachineBody<M extends FromMachineMethod> =
  (typeof messages)[M] extends Message<string, infer S> ? BodyOf<S> : never;

/** A message from a machine, read; discriminated by `method`. */
export type FromMachine = {
  [M in FromMachineMethod]: { readonly method: M; readonly body: FromMachineBody<M> };
}[FromMachineMethod];

export function isFromMachineMethod(method: unknown): method is FromMachineMethod {
  return typeof method === 'string' && Object.hasOwn(messages, method);
}
