/**
 * The one catalogue of what the ledger refuses, and why. A dialect words each code in its vendor's form; docs/errors.md
 * lists them and is tested against this table.
 */
export const ledgerErrors = {
  'request.invalid': { message: 'The request is not well formed.', remedy: 'Correct the field that the message names.' },
  'merchant.expired': { message: 'The merchant account has expired.', remedy: 'Ask the operator to renew it.' },
  'merchant.unverified': { message: 'The merchant account is not verified yet.', remedy: 'Ask the operator to verify it.' },
  'integration.unknown': { message: 'No such integration.', remedy: 'Use an integration of this merchant.' },
  'machine.unknown': { message: 'No such machine.', remedy: 'Use a machine number of this merchant.' },
  'machine.exists': { message: 'There is a machine of this number.', remedy: 'Use another number.' },
  'machine.offline': { message: 'The machine is offline.', remedy: 'Wait until it is online, or turn on debug mode.' },
  'machine.not-operational': { message: 'The machine is out of operation.', remedy: 'Put it into operation first.' },
  'place.unknown': { message: 'No such place.', remedy: 'Put the area, the line or the site in first.' },
  'cabinet.unknown': { message: 'No such cabinet at this machine.', remedy: 'Use a cabinet name or address of this machine.' },
  'category.unknown': { message: 'No such category.', remedy: 'Use a category of this merchant.' },
  'slot.unknown': { message: 'No such slot at this machine.', remedy: 'Use a slot name of this machine.' },
  'slot.over-capacity': { message: 'The slot cannot hold that many.', remedy: 'Add at most what the capacity leaves.' },
  'goods.unknown': { message: 'No such good in the catalogue.', remedy: 'Put it into the catalogue first.' },
  'product.unknown': {
    message: 'No such product at this machine.',
    remedy: 'List the products again; a slot with a new good has a new number.',
  },
  'product.off-sale': { message: 'The product is off sale.', remedy: 'Choose another, or clear the fault of its slot.' },
  'stock.insufficient': { message: 'Not enough stock.', remedy: 'Order less, or refill the slot.' },
  'stock.stale': {
    message: 'What is known of the stock is too old to sell on.',
    remedy: 'Have the other platform tell the stock of the machine again.',
  },
  'order.unknown': { message: 'No such order.', remedy: 'Use an order id of this merchant and machine.' },
  'order.duplicate': { message: 'An order with this trade id exists.', remedy: 'Use the order that the answer names.' },
  'order.differs': {
    message: 'There is an order of this number, with other content.',
    remedy: 'Use a new number for a new order.',
  },
  'order.trade-id-missing': { message: 'The trade id is empty.', remedy: 'Send a trade id of your own, unique per merchant.' },
  'order.expired': { message: 'The order was not paid in time.', remedy: 'Place a new order.' },
  'order.state': { message: 'The order is in a state that does not allow this.', remedy: 'Query the order.' },
  'order.unpaid': { message: 'The order is not paid.', remedy: 'Report the payment first.' },
  'line.unknown': { message: 'No such record in this order.', remedy: 'Query the order for its record ids.' },
  'dispense.done': { message: 'Dispensed already.', remedy: 'Nothing is to be done.' },
  'outcome.unfit': {
    message: 'The outcome does not fit the order.',
    remedy: 'Send a row for each unit that was sold, with its slot and good.',
  },
  'delivery.unknown': { message: 'No such delivery.', remedy: 'Use a delivery id of this merchant and machine.' },
  'pickup-code.disabled': { message: 'Pickup codes are not turned on.', remedy: 'Turn them on for the merchant.' },
  'pickup-code.unknown': { message: 'No such pickup code.', remedy: 'Check the code and the product.' },
  'pickup-code.used': { message: 'The pickup code was used already.', remedy: 'See the order that the answer names.' },
  'pickup-code.expired': { message: 'The pickup code has expired.', remedy: 'Make a new one.' },
  'pickup-code.bad-expiry': { message: 'The expiry is not a time to come.', remedy: 'Give a later time, or none.' },
  'pickup-code.exists': { message: 'No free pickup code could be found.', remedy: 'Use longer codes.' },
  'shop.unknown': { message: 'No such shop.', remedy: 'Use a shop of this merchant that the integration may see.' },
  'set-of-books.unknown': { message: 'No such set of books.', remedy: 'Use a set of books that your token is for.' },
  'set-of-books.exists': { message: 'There is a set of books of this number.', remedy: 'Use another number.' },
  'book-device.unknown': { message: 'No such device configuration.', remedy: 'List the device configurations.' },
  'book-device.exists': { message: 'This device has a configuration.', remedy: 'Change the one that it has.' },
  'book-order.unknown': { message: 'No such order in this set of books.', remedy: 'List the orders.' },
  'book-order.status': { message: 'The order is not paid.', remedy: 'Only paid orders are imported.' },
  'book-order.imported': { message: 'The order is imported already.', remedy: 'Its bill is the one that is named.' },
  'book-order.importing': { message: 'The order is being imported.', remedy: 'Look again in two minutes.' },
  'book-order.bill-exists': { message: 'The ERP still has the bill of this order.', remedy: 'Delete the bill in the ERP first.' },
  'import.no-device': {
    message: 'The device has no configuration: store, account, member and employee of its bills are not known.',
    remedy: 'Add the configuration of the device; its orders are imported then.',
  },
  'import.no-barcode': {
    message: 'A good of the order has no barcode.',
    remedy: 'Give the good its barcode in the catalogue; its orders are imported then.',
  },
  'import.barcode-unknown': {
    message: 'The ERP knows no product of this barcode.',
    remedy: 'Add the product in the ERP, or correct its barcode; orders that wait for it are imported then.',
  },
  'import.period-closed': {
    message: 'The accounting period of the order is closed in the ERP.',
    remedy: 'Open the period, or enter the order by hand.',
  },
  'import.device-refused': {
    message: 'The ERP does not know what the configuration of the device says.',
    remedy: 'Correct the field of the device configuration that is named; its orders are imported then.',
  },
  'import.refused': { message: 'The ERP refused the bill.', remedy: 'See what it says, mend it, and try again.' },
  'import.unsettled': {
    message: 'The ERP has not said whether it made the bill.',
    remedy: 'Nothing is to be done: it is asked again, and no second bill is made.',
  },
  'erp.unavailable': { message: 'The ERP cannot be reached.', remedy: 'Nothing is to be done: it is tried again.' },
  'erp.credentials': {
    message: 'The ERP does not accept our key.',
    remedy: 'Ask the operator to set the right one (polyvend books set).',
  },
  'order-source.none': { message: 'This set of books downloads no orders.', remedy: 'They are sent to it.' },
  'order-source.unavailable': { message: 'The order source cannot be reached.', remedy: 'Try again later.' },
  'order-source.refused': {
    message: 'The order source does not accept app key and user name.',
    remedy: 'Correct them in the set of books.',
  },
  'notify-url.refused': { message: 'The notify URL is not allowed.', remedy: 'Use a public http or https address.' },
  'slot.promised': {
    message: 'Units of the slot are promised to open orders.',
    remedy: 'Wait until they are dispensed, or close the orders.',
  },
  'slot.merged': {
    message: 'The slot is merged into another.',
    remedy: 'Change the slot that it is merged into, or split it first.',
  },
  'slot.not-empty': { message: 'The slot is not empty.', remedy: 'Take the goods out first.' },
  'planogram.stale': {
    message: 'The machine has changed since this was looked at.',
    remedy: 'Look at it again, and repeat the change.',
  },
  'visit.differs': { message: 'A visit of this key was recorded with other content.', remedy: 'Use a new key for a new visit.' },
  'order.made-good': { message: 'The order was made good already.', remedy: 'Nothing is to be done: see what the order shows.' },
  'order.nothing-due': { message: 'Nothing of the order is to be made good.', remedy: 'See what became of its units.' },
  'order.paid-elsewhere': {
    message: 'The order was paid at another platform, which pays it back by itself.',
    remedy: 'Tell the buyer to look there.',
  },
  'user.unknown': { message: 'No such user.', remedy: 'List the users.' },
  'user.exists': { message: 'There is a user of this name.', remedy: 'Use another name.' },
  'user.last-owner': { message: 'This is the last owner.', remedy: 'Make another owner first.' },
  'user.password-weak': {
    message: 'The password is too short or too common.',
    remedy: 'Use twelve characters or more that nobody would guess.',
  },
  'sign-in.refused': { message: 'Name or password is wrong.', remedy: 'Try again, or have an owner set a new password.' },
  'sign-in.throttled': { message: 'Too many attempts.', remedy: 'Wait a few minutes.' },
  'setup.done': { message: 'The hub is set up already.', remedy: 'Sign in, or have an owner make a user.' },
  'setup.code': {
    message: 'The set-up code is wrong or no longer valid.',
    remedy: 'Take the newest one from the log of the hub.',
  },
  'permission.denied': { message: 'This is not yours to do.', remedy: 'Ask an owner for the permission that is named.' },
  'token.unknown': { message: 'No such token.', remedy: 'List the tokens.' },
  'notification.unknown': { message: 'No such notification.', remedy: 'List the notifications.' },
  'integration.not-rotatable': {
    message: 'The credentials of this integration are not ours to change.',
    remedy: 'Have the other side issue new ones, and give them in.',
  },
  'trade.unknown': { message: 'No such trade.', remedy: 'List the trades.' },
} as const satisfies Record<string, { message: string; remedy: string }>;

export type LedgerErrorCode = keyof typeof ledgerErrors;

/** Thrown once, by an operation; worded once, by the dialect. `detail` tells which field, id or slot; `data` what may be answered beside it. */
export class LedgerError extends Error {
  readonly code: LedgerErrorCode;
  readonly detail: string;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: LedgerErrorCode, detail = '', data: Record<string, unknown> = {}) {
    super(detail === '' ? ledgerErrors[code].message : `${ledgerErrors[code].message} (${detail})`);
    this.name = 'LedgerError';
    this.code = code;
    this.detail = detail;
    this.data = data;
  }
}

export function refuse(code: LedgerErrorCode, detail?: string, data?: Record<string, unknown>): never {
  throw new LedgerError(code, detail, data);
}
