// Written from the catalogs by `npm run schema`. Do not edit it; write a migration.
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** Read as the value, written as JSON text (JSON.stringify): an array given as such would become a PostgreSQL array. */
type Json = ColumnType<JsonValue, string, string>;
type JsonDefault = ColumnType<JsonValue, string | undefined, string>;
type JsonOrNull = ColumnType<JsonValue, string | null | undefined, string | null>;
type Time = ColumnType<Date, Date | string, Date | string>;
type TimeDefault = ColumnType<Date, Date | string | undefined, Date | string>;
type TimeOrNull = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

export interface Tables {
  acknowledgements: AcknowledgementsTable;
  areas: AreasTable;
  audit_log: AuditLogTable;
  book_bills: BookBillsTable;
  book_checks: BookChecksTable;
  book_devices: BookDevicesTable;
  book_imports: BookImportsTable;
  book_machines: BookMachinesTable;
  book_orders: BookOrdersTable;
  book_tokens: BookTokensTable;
  cabinets: CabinetsTable;
  categories: CategoriesTable;
  channel_lines: ChannelLinesTable;
  channel_links: ChannelLinksTable;
  channel_orders: ChannelOrdersTable;
  channel_tokens: ChannelTokensTable;
  dispense_answers: DispenseAnswersTable;
  dispense_commands: DispenseCommandsTable;
  dispenses: DispensesTable;
  endpoints: EndpointsTable;
  events: EventsTable;
  external_codes: ExternalCodesTable;
  goods: GoodsTable;
  inbound_messages: InboundMessagesTable;
  inbound_polls: InboundPollsTable;
  integrations: IntegrationsTable;
  lines: LinesTable;
  listing_slots: ListingSlotsTable;
  listings: ListingsTable;
  machine_changes: MachineChangesTable;
  machine_commands: MachineCommandsTable;
  machine_conditions: MachineConditionsTable;
  machine_locks: MachineLocksTable;
  machine_messages: MachineMessagesTable;
  machine_status: MachineStatusTable;
  machine_telemetry: MachineTelemetryTable;
  machines: MachinesTable;
  made_good: MadeGoodTable;
  media: MediaTable;
  merchants: MerchantsTable;
  notification_attempts: NotificationAttemptsTable;
  notifications: NotificationsTable;
  order_lines: OrderLinesTable;
  orders: OrdersTable;
  outbox: OutboxTable;
  past_products: PastProductsTable;
  payments: PaymentsTable;
  pickup_codes: PickupCodesTable;
  pos_booking_lines: PosBookingLinesTable;
  pos_bookings: PosBookingsTable;
  pos_checks: PosChecksTable;
  pos_due: PosDueTable;
  pos_mirrors: PosMirrorsTable;
  pos_records: PosRecordsTable;
  pos_shop_viewers: PosShopViewersTable;
  pos_shops: PosShopsTable;
  refill_lines: RefillLinesTable;
  refills: RefillsTable;
  remote_orders: RemoteOrdersTable;
  remote_outcomes: RemoteOutcomesTable;
  sales_counters: SalesCountersTable;
  sales_days: SalesDaysTable;
  sales_days_stale: SalesDaysStaleTable;
  sales_due: SalesDueTable;
  sales_rollups: SalesRollupsTable;
  schema_migrations: SchemaMigrationsTable;
  sessions: SessionsTable;
  sets_of_books: SetsOfBooksTable;
  settlement_lines: SettlementLinesTable;
  settlement_sales: SettlementSalesTable;
  settlements: SettlementsTable;
  setup_code: SetupCodeTable;
  sign_in_failures: SignInFailuresTable;
  sites: SitesTable;
  slots: SlotsTable;
  stock_journal: StockJournalTable;
  trades: TradesTable;
  typed_codes: TypedCodesTable;
  user_scopes: UserScopesTable;
  users: UsersTable;
  visits: VisitsTable;
}

export interface AcknowledgementsTable {
  merchant_id: number;
  event_id: number;
  acknowledged_at: Time;
  acknowledged_by: string;
}

export interface AreasTable {
  merchant_id: number;
  id: Generated<number>;
  name: string;
  created_at: Time;
}

export interface AuditLogTable {
  merchant_id: number;
  id: Generated<number>;
  at: Time;
  user_id: number | null;
  integration_id: number | null;
  who: string;
  action: string;
  subject: string;
  before: JsonOrNull;
  after: JsonOrNull;
  request_id: Generated<string>;
  address: Generated<string>;
}

export interface BookBillsTable {
  merchant_id: number;
  set_id: number;
  id: Generated<number>;
  bill_key: string;
  code: string;
  sold_at: Time;
  bill: Json;
  created_at: Time;
  exported_at: TimeOrNull;
}

export interface BookChecksTable {
  merchant_id: number;
  set_id: number;
  day: string;
  checked_at: Time;
  checked_by: string;
  agreed: number;
  agreed_cents: number;
  waiting: number;
  missing: number;
  different: number;
  refunded: number;
  surplus: number;
  found: Json;
}

export interface BookDevicesTable {
  merchant_id: number;
  set_id: number;
  id: Generated<number>;
  name: string;
  dev_id: number;
  store_id: number;
  bank_id: number;
  member_id: number;
  employee_id: number;
  bill_type: number;
  created_at: Time;
  created_by: string;
  updated_at: Time;
  updated_by: string;
}

export interface BookImportsTable {
  merchant_id: number;
  set_id: number;
  order_id: number;
  attempt: number;
  by_user: string;
  began_at: Time;
  ended_at: TimeOrNull;
  outcome: string | null;
  problem: string | null;
  detail: Generated<string>;
}

export interface BookMachinesTable {
  merchant_id: number;
  set_id: number;
  machine_id: number;
  dev_id: number | null;
}

export interface BookOrdersTable {
  merchant_id: number;
  set_id: number;
  id: Generated<number>;
  trans_id: string;
  status: number;
  user_no: Generated<string>;
  dev_id: number;
  ordered_at: Time;
  changed_at: Time;
  total_cents: number;
  products: Json;
  received_at: Time;
  received_by: string;
  import_state: Generated<string>;
  due_at: TimeOrNull;
  unsettled_at: TimeOrNull;
  attempts: Generated<number>;
  problem: string | null;
  problem_subject: Generated<string>;
  problem_detail: Generated<string>;
  imported_at: TimeOrNull;
  imported_by: string | null;
  bill_id: number | null;
  bill_code: string | null;
  refunded_after_import_at: TimeOrNull;
  order_id: number | null;
}

export interface BookTokensTable {
  merchant_id: number;
  id: Generated<number>;
  set_id: number;
  kind: 'sender' | 'user' | 'administrator';
  user_name: string;
  hash: Buffer;
  created_at: Time;
  expires_at: Time;
}

export interface CabinetsTable {
  merchant_id: number;
  id: Generated<number>;
  machine_id: number;
  name: string;
  addr: number;
  drive: 'spring' | 'lock' | 'belt' | 'other';
  has_lift: Generated<boolean>;
  has_drop_detection: Generated<boolean>;
  kind: 'drinks' | 'spring' | 'locker';
  told_at: TimeOrNull;
}

export interface CategoriesTable {
  merchant_id: number;
  id: Generated<number>;
  title: string;
  sort_order: Generated<number>;
  visible: Generated<boolean>;
}

export interface ChannelLinesTable {
  merchant_id: number;
  order_id: number;
  position: number;
  slot_name: string;
  goods_number: string;
  quantity: number;
  price_cents: number;
  line_id: number | null;
  refused: Generated<string>;
}

export interface ChannelLinksTable {
  merchant_id: number;
  integration_id: number;
  token_asked_at: TimeOrNull;
  token_error: Generated<string>;
  catalogue_told_at: TimeOrNull;
}

export interface ChannelOrdersTable {
  merchant_id: number;
  order_id: number;
  content_hash: Buffer;
  outcome_at: TimeOrNull;
  outcome: JsonOrNull;
  truth: JsonOrNull;
}

export interface ChannelTokensTable {
  merchant_id: number;
  integration_id: number;
  id: Generated<number>;
  token: Buffer;
  made_at: Time;
  valid_until: Time;
  accepted_until: Time;
  refused: Generated<boolean>;
}

export interface DispenseAnswersTable {
  merchant_id: number;
  id: Generated<number>;
  command_id: number;
  dispense_id: number | null;
  answer_index: number;
  dispensed: boolean;
  fault_code: number | null;
  error: Generated<string>;
  effect: string;
  answered_at: Time;
  received_at: Time;
  raw: Json;
}

export interface DispenseCommandsTable {
  merchant_id: number;
  id: Generated<number>;
  batch_id: number;
  machine_id: number;
  slot_id: number;
  order_id: number | null;
  line_id: number | null;
  quantity: number;
  state: string;
  notify_url: Generated<string>;
  integration_id: number | null;
  queued_at: Time;
  sent_at: TimeOrNull;
  deadline: TimeOrNull;
  finished_at: TimeOrNull;
}

export interface DispensesTable {
  merchant_id: number;
  id: Generated<number>;
  slot_id: number;
  order_id: number | null;
  line_id: number | null;
  state: string;
  reserves: Generated<boolean>;
  command_id: number | null;
  answer_index: number | null;
  fault_code: number | null;
  error: Generated<string>;
  changed_at: Time;
  refund_id: number | null;
}

export interface EndpointsTable {
  merchant_id: number;
  endpoint: string;
  failing_since: TimeOrNull;
  failures: Generated<number>;
  disabled_at: TimeOrNull;
}

export interface EventsTable {
  merchant_id: number;
  id: Generated<number>;
  at: Time;
  kind: string;
  order_id: number | null;
  machine_id: number | null;
  data: Json;
  cause: Json;
}

export interface ExternalCodesTable {
  merchant_id: number;
  id: Generated<number>;
  integration_id: number;
  code_hash: Buffer;
  code_sealed: Buffer | null;
  machine_id: number;
  serial: string;
  state: string;
  claimed_at: Time;
  deadline: Time;
  goods_number: Generated<string>;
  fee_cents: number | null;
  order_id: number | null;
  reason: Generated<string>;
  finished_at: TimeOrNull;
}

export interface GoodsTable {
  merchant_id: number;
  id: Generated<number>;
  number: string;
  barcode: Generated<string>;
  name: string;
  full_name: Generated<string>;
  description: Generated<string>;
  content: Generated<string>;
  slug: Generated<string>;
  spec: Generated<string>;
  unit: Generated<string>;
  manufacturer: Generated<string>;
  packing: number | null;
  category_id: number | null;
  cost_cents: Generated<number>;
  price_cents: Generated<number>;
  original_price_cents: Generated<number>;
  picture_url: Generated<string>;
  returnable: Generated<boolean>;
  created_at: Time;
  updated_at: Time;
  upstream_integration_id: number | null;
  picture: string | null;
  upstream_goods_id: string | null;
}

export interface InboundMessagesTable {
  merchant_id: number;
  id: Generated<number>;
  integration_id: number;
  kind: string;
  query: string;
  body: Buffer;
  received_at: Time;
  state: Generated<'waiting' | 'applied' | 'refused' | 'failed'>;
  error: Generated<string>;
  attempts: Generated<number>;
  due_at: Time;
  applied_at: TimeOrNull;
}

export interface InboundPollsTable {
  merchant_id: number;
  integration_id: number;
  due_at: Time;
  claimed_until: TimeOrNull;
  progress: JsonOrNull;
  failures: Generated<number>;
  error: Generated<string>;
  finished_at: TimeOrNull;
}

export interface IntegrationsTable {
  merchant_id: number;
  id: Generated<number>;
  dialect: string;
  role: string;
  wire_id: string;
  name: Generated<string>;
  secret_hash: Buffer | null;
  secrets: Buffer;
  settings: JsonDefault;
  status: Generated<'active' | 'revoked'>;
  created_at: Time;
  offers: Generated<'all' | 'listed'>;
  previous_wire_id: string | null;
  previous_secret_hash: Buffer | null;
  previous_secrets: Buffer | null;
  previous_settings: JsonOrNull;
  previous_signs: Generated<boolean>;
  previous_until: TimeOrNull;
  last_call_at: TimeOrNull;
}

export interface LinesTable {
  merchant_id: number;
  id: Generated<number>;
  area_id: number | null;
  name: string;
  description: Generated<string>;
  created_at: Time;
}

export interface ListingSlotsTable {
  merchant_id: number;
  integration_id: number;
  machine_id: number;
  slot_id: number;
  offered: Generated<boolean>;
  held_back_percent: number | null;
  price_cents: number | null;
}

export interface ListingsTable {
  merchant_id: number;
  integration_id: number;
  machine_id: number;
  offered: Generated<boolean>;
  held_back_percent: Generated<number>;
  price_cents: number | null;
  changed_at: Time;
}

export interface MachineChangesTable {
  merchant_id: number;
  id: Generated<number>;
  machine_id: number;
  what: string;
  at: Time;
}

export interface MachineCommandsTable {
  merchant_id: number;
  id: Generated<number>;
  machine_id: number;
  kind: string;
  slot_id: number | null;
  settings: JsonDefault;
  reported: JsonDefault;
  state: string;
  reason: Generated<string>;
  asked_by: Generated<string>;
  queued_at: Time;
  sent_at: TimeOrNull;
  due_at: Time;
  finished_at: TimeOrNull;
}

export interface MachineConditionsTable {
  merchant_id: number;
  machine_id: number;
  said_at: Time;
  condition: Json;
}

export interface MachineLocksTable {
  merchant_id: number;
  machine_id: number;
  command_id: number | null;
  locked_until: TimeDefault;
}

export interface MachineMessagesTable {
  merchant_id: number;
  id: Generated<number>;
  machine_id: number;
  method: string;
  fields: Json;
  created_at: Time;
  sent_at: TimeOrNull;
}

export interface MachineStatusTable {
  merchant_id: number;
  machine_id: number;
  last_seen_at: TimeOrNull;
  booted_at: TimeOrNull;
  offline_at: TimeOrNull;
  offline_reason: Generated<string>;
  network_type: Generated<string>;
  network_rssi: number | null;
  uptime_minutes: number | null;
  temperature: number | null;
  temperature_at: TimeOrNull;
  humidity: number | null;
  humidity_at: TimeOrNull;
  environment: JsonDefault;
  configuration: JsonDefault;
  traffic: JsonDefault;
  silence_due_at: TimeOrNull;
  heartbeat_at: TimeOrNull;
  rssi_kept_at: TimeOrNull;
}

export interface MachineTelemetryTable {
  merchant_id: number;
  machine_id: number;
  kind: string;
  at: Time;
  value: number;
  id: Generated<number>;
}

export interface MachinesTable {
  merchant_id: number;
  id: Generated<number>;
  machine_no: string;
  name: string;
  type: Generated<string>;
  operational: Generated<boolean>;
  address: Generated<string>;
  longitude: number | null;
  latitude: number | null;
  contact: Generated<string>;
  telephone: Generated<string>;
  announcement: Generated<string>;
  cover_image_url: Generated<string>;
  broker_password_hash: Buffer | null;
  created_at: Time;
  upstream_integration_id: number | null;
  site_id: number | null;
  vendor: Generated<string>;
  gateway_no: Generated<string>;
  stock_said_at: TimeOrNull;
}

export interface MadeGoodTable {
  merchant_id: number;
  id: Generated<number>;
  order_id: number;
  dispense_id: number;
  amount_cents: number;
  refund_id: number | null;
  pickup_code_id: number | null;
  made_at: Time;
  made_by: string;
  ended_at: TimeOrNull;
}

export interface MediaTable {
  merchant_id: number;
  name: string;
  content_type: string;
  bytes: Buffer;
  created_at: Time;
}

export interface MerchantsTable {
  id: Generated<number>;
  name: string;
  title: Generated<string>;
  description: Generated<string>;
  logo_url: Generated<string>;
  status: Generated<'active' | 'unverified' | 'expired'>;
  currency: Generated<string>;
  time_zone: Generated<string>;
  device_key: string;
  debug_mode: Generated<boolean>;
  pickup_codes_enabled: Generated<boolean>;
  created_at: Time;
}

export interface NotificationAttemptsTable {
  merchant_id: number;
  notification_id: number;
  number: number;
  started_at: Time;
  finished_at: TimeOrNull;
  status: number | null;
  error: Generated<string>;
  answer: Generated<string>;
}

export interface NotificationsTable {
  merchant_id: number;
  id: Generated<number>;
  integration_id: number;
  event_id: number;
  job_key: string;
  order_key: string;
  order_id: number | null;
  line_id: number | null;
  method: string;
  url: string;
  endpoint: string;
  headers: JsonDefault;
  body: string;
  state: string;
  attempts: Generated<number>;
  created_at: Time;
  next_attempt_at: Time;
  claimed_until: TimeOrNull;
  finished_at: TimeOrNull;
  last_error: Generated<string>;
  give_up_at: TimeOrNull;
}

export interface OrderLinesTable {
  merchant_id: number;
  order_id: number;
  id: Generated<number>;
  slot_id: number;
  product_id: number;
  goods_id: number | null;
  goods_name: string;
  quantity: number;
  price_cents: number;
  original_price_cents: number | null;
}

export interface OrdersTable {
  merchant_id: number;
  id: Generated<number>;
  machine_id: number;
  integration_id: number | null;
  trade_id: string;
  state: string;
  amount_cents: number;
  notify_url: Generated<string>;
  created_at: Time;
  expires_at: TimeOrNull;
  paid_at: TimeOrNull;
  closed_at: TimeOrNull;
  pickup_code_id: number | null;
  pay_style: string | null;
  machine_trade_no: string | null;
  channel_id: number | null;
}

export interface OutboxTable {
  merchant_id: number;
  event_id: number;
}

export interface PastProductsTable {
  merchant_id: number;
  product_id: number;
  slot_id: number;
  goods_id: number | null;
  until: Time;
}

export interface PaymentsTable {
  merchant_id: number;
  id: Generated<number>;
  order_id: number;
  kind: 'payment' | 'refund';
  amount_cents: number;
  reference: Generated<string>;
  at: Time;
  style: string;
}

export interface PickupCodesTable {
  merchant_id: number;
  id: Generated<number>;
  code: string;
  machine_id: number | null;
  slot_id: number | null;
  product_id: number | null;
  state: string;
  created_at: Time;
  expires_at: TimeOrNull;
  used_at: TimeOrNull;
  used_by: 'call' | 'machine' | 'keypad' | 'elsewhere' | null;
  conflict_at: TimeOrNull;
  order_id: number | null;
  goods_id: number | null;
  valid_from: TimeOrNull;
  integration_id: number | null;
  fee_cents: number | null;
  elsewhere: Generated<boolean>;
  checked_at: TimeOrNull;
  used_ref: string | null;
  restores: Generated<number>;
}

export interface PosBookingLinesTable {
  merchant_id: number;
  booking_id: number;
  part: string;
  key: string;
  name: string;
  count: number;
  amount_cents: number;
}

export interface PosBookingsTable {
  merchant_id: number;
  id: Generated<number>;
  shop_id: number;
  order_id: number;
  machine_id: number;
  undo_index: number;
  at: Time;
  business_day: string;
  refill_id: number | null;
  content: Buffer;
}

export interface PosChecksTable {
  merchant_id: number;
  shop_id: number;
  business_day: string;
  checked_at: Time;
  differs_since: TimeOrNull;
  differences: Json;
}

export interface PosDueTable {
  merchant_id: number;
  id: Generated<number>;
  order_id: number | null;
  refill_id: number | null;
  failures: Generated<number>;
  retry_at: TimeOrNull;
}

export interface PosMirrorsTable {
  merchant_id: number;
  integration_id: number;
  looked_at: Time;
  failing_since: TimeOrNull;
  last_error: Generated<string>;
}

export interface PosRecordsTable {
  merchant_id: number;
  id: Generated<number>;
  shop_id: number;
  kind: 'bill' | 'handover' | 'day-end' | 'take-out';
  key: string;
  version: number;
  latest: boolean;
  at: Time;
  staff_id: number;
  staff_name: string;
  created_on: TimeOrNull;
  business_day: string | null;
  amount_cents: number;
  document: Json;
  digest: Buffer;
  doubts: Generated<string[]>;
  source: 'ledger' | 'register' | 'mirror';
  integration_id: number | null;
  received_at: Time;
}

export interface PosShopViewersTable {
  merchant_id: number;
  integration_id: number;
  shop_id: number;
}

export interface PosShopsTable {
  merchant_id: number;
  id: Generated<number>;
  upstream_integration_id: number | null;
  upstream_shop_id: number | null;
  sn: string;
  name: string;
  brand_id: Generated<number>;
  brand_name: Generated<string>;
  address: string | null;
  contact: string | null;
  site_id: number | null;
  time_zone: string;
  day_closes_at: Generated<string>;
  payment_codes: JsonDefault;
  business_on: TimeOrNull;
  created_on: TimeOrNull;
  latest_business_day: string | null;
  mirrored_until: TimeOrNull;
  looked_back_at: TimeOrNull;
  created_at: Time;
  updated_at: Time;
  vending_since: TimeOrNull;
  open_day: string | null;
  closed_until: TimeOrNull;
}

export interface RefillLinesTable {
  merchant_id: number;
  refill_id: number;
  slot_id: number;
  quantity: number;
}

export interface RefillsTable {
  merchant_id: number;
  id: Generated<number>;
  machine_id: number;
  source: string;
  at: Time;
}

export interface RemoteOrdersTable {
  merchant_id: number;
  order_id: number;
  integration_id: number;
  state: string;
  notice_until: Time;
  sent_at: TimeOrNull;
  accepted_at: TimeOrNull;
  finished_at: TimeOrNull;
  next_query_at: TimeOrNull;
  queries: Generated<number>;
  reason: Generated<string>;
}

export interface RemoteOutcomesTable {
  merchant_id: number;
  order_id: number;
  id: Generated<number>;
  source: 'callback' | 'query';
  content_hash: Buffer;
  complete: boolean;
  units: Json;
  effect: string;
  contradicts: Json;
  times: Generated<number>;
  first_at: Time;
  last_at: Time;
}

export interface SalesCountersTable {
  merchant_id: number;
  trades: Generated<number>;
  days_zone: string | null;
  days_seq: Generated<number>;
}

export interface SalesDaysTable {
  merchant_id: number;
  dimension: string;
  day: string;
  key: string;
  units: number;
  amount_cents: number;
  returned_units: number;
  returned_cents: number;
}

export interface SalesDaysStaleTable {
  merchant_id: number;
  id: Generated<number>;
  goods_id: number;
}

export interface SalesDueTable {
  merchant_id: number;
  id: Generated<number>;
  order_id: number | null;
  refill_id: number | null;
  failures: Generated<number>;
  retry_at: TimeOrNull;
}

export interface SalesRollupsTable {
  merchant_id: number;
  grain: 'hour' | 'day' | 'month';
  machine_id: number;
  bucket: Time;
  pay_style: string;
  units: number;
  amount_cents: number;
}

export interface SchemaMigrationsTable {
  name: string;
  checksum: string;
  applied_at: TimeDefault;
}

export interface SessionsTable {
  merchant_id: number;
  id: Generated<number>;
  user_id: number;
  hash: Buffer;
  created_at: Time;
  seen_at: Time;
  expires_at: Time;
  ended_at: TimeOrNull;
  address: Generated<string>;
  agent: Generated<string>;
}

export interface SetsOfBooksTable {
  merchant_id: number;
  id: Generated<number>;
  integration_id: number;
  number: string;
  time_zone: string;
  erp_kind: string;
  erp_url: Generated<string>;
  source_kind: Generated<string>;
  source_url: Generated<string>;
  source_user: Generated<string>;
  secrets: Buffer;
  source_token: Buffer | null;
  source_token_created_at: TimeOrNull;
  source_token_expires_at: TimeOrNull;
  auto_import: Generated<boolean>;
  paused_until: TimeOrNull;
  probe_at: TimeDefault;
  created_at: Time;
  updated_at: Time;
  updated_by: Generated<string>;
}

export interface SettlementLinesTable {
  merchant_id: number;
  refill_id: number;
  slot_id: number;
  slot_name: string;
  cabinet_name: string;
  goods_id: number | null;
  goods_number: string;
  goods_name: string;
  price_cents: number;
  stock: number;
  refilled: number;
}

export interface SettlementSalesTable {
  merchant_id: number;
  refill_id: number;
  cabinet_name: string;
  slot_name: string;
  pay_style: string;
  units: number;
  amount_cents: number;
}

export interface SettlementsTable {
  merchant_id: number;
  refill_id: number;
  machine_id: number;
  previous_at: TimeOrNull;
  refilled_at: Time;
  settled_at: Time;
}

export interface SetupCodeTable {
  only_one: Generated<boolean>;
  hash: Buffer;
  made_at: Time;
  failures: Generated<number>;
}

export interface SignInFailuresTable {
  id: Generated<number>;
  key: Buffer;
  at: Time;
}

export interface SitesTable {
  merchant_id: number;
  id: Generated<number>;
  upstream_integration_id: number | null;
  number: string;
  name: string;
  line_id: number | null;
  address: Generated<string>;
  longitude: number | null;
  latitude: number | null;
  created_at: Time;
}

export interface SlotsTable {
  merchant_id: number;
  id: Generated<number>;
  machine_id: number;
  cabinet_id: number;
  name: string;
  code: string;
  x: number;
  y: number;
  product_id: Generated<number>;
  goods_id: number | null;
  price_cents: Generated<number>;
  capacity: number;
  on_hand: Generated<number>;
  reserved: Generated<number>;
  on_sale: Generated<boolean>;
  fault_code: Generated<number>;
  fault_said_at: TimeOrNull;
  lock_status: Generated<number>;
  reported_at: TimeOrNull;
  reported_on_hand: number | null;
  dropped_said_at: TimeOrNull;
  told_at: TimeOrNull;
  restocked_at: TimeOrNull;
  counted_at: TimeOrNull;
  alert_threshold: Generated<number>;
  sold_out_at: TimeOrNull;
  stocked: Generated<number>;
  original_price_cents: number | null;
  merged_into_id: number | null;
}

export interface StockJournalTable {
  merchant_id: number;
  slot_id: number;
  id: Generated<number>;
  at: Time;
  reason: string;
  on_hand_change: number;
  reserved_change: number;
  order_id: number | null;
  dispense_id: number | null;
  refill_id: number | null;
  note: Generated<string>;
  fell_at: TimeOrNull;
}

export interface TradesTable {
  merchant_id: number;
  id: Generated<number>;
  seq: number;
  machine_id: number;
  order_id: number | null;
  dispense_id: number | null;
  upstream_integration_id: number | null;
  upstream_trade_id: string | null;
  integration_id: number | null;
  order_no: string;
  machine_trade_no: string;
  slot_id: number | null;
  slot_name: string;
  cabinet_name: string;
  goods_id: number | null;
  goods_number: string;
  goods_name: string;
  category_id: number | null;
  category_title: string;
  site_id: number | null;
  line_id: number | null;
  quantity: number;
  price_cents: number;
  original_price_cents: number;
  pay_style: string;
  pay_status: 'waiting' | 'paid' | 'failed';
  paid_at: TimeOrNull;
  payment_reference: string;
  deliver_state: 'pending' | 'dispensed' | 'sold-out' | 'failed';
  notified_at: TimeOrNull;
  received_at: TimeOrNull;
  executed_at: TimeOrNull;
  refund_state: 'none' | 'refunding' | 'refunded' | 'failed';
  refund_cents: number;
  refunded_at: TimeOrNull;
  refund_no: string;
  refill_id: number | null;
  created_at: Time;
  changed_at: Time;
  counts: GeneratedAlways<boolean>;
}

export interface TypedCodesTable {
  merchant_id: number;
  machine_id: number;
  serial: string;
  at: Time;
  state: string;
  reason: Generated<string>;
  order_id: number | null;
}

export interface UserScopesTable {
  merchant_id: number;
  user_id: number;
  id: Generated<number>;
  machine_id: number | null;
  line_id: number | null;
}

export interface UsersTable {
  merchant_id: number;
  id: Generated<number>;
  login: string;
  name: Generated<string>;
  role: 'owner' | 'operator' | 'refiller' | 'finance' | 'viewer';
  password_hash: string | null;
  language: Generated<string>;
  scoped: Generated<boolean>;
  status: Generated<'active' | 'disabled'>;
  created_at: Time;
}

export interface VisitsTable {
  merchant_id: number;
  id: Generated<number>;
  machine_id: number;
  key: string;
  content_hash: Buffer;
  visitor: string;
  begun_at: Time;
  done_at: Time;
  refill_id: number | null;
  slots: JsonDefault;
}
