import type { Demo } from './run-demo.ts';

/** Addresses, credentials and commands that can be pasted as they are. */
export function describeDemo({ facts, firstProductId, descriptions }: Demo): string {
  const { baseUrl, mqttUrl, notifyUrl, merchant, machines } = facts;
  const { appId, appSecret, appKey } = facts.integrations['active-order'];
  const { login, password } = facts.console ?? {};
  const [first] = machines;
  const machineNo = first?.machineNo ?? '';
  const call = (method: string, path: string, data: string) =>
    `curl -sX ${method} ${baseUrl}/api/openapi/v1${path} -H 'Appid: ${appId}' -H 'AppSecret: ${appSecret}' -d ${data}; echo`;
  const signed = (fields: string) => `"$(npx polyvend sign active-order --key ${appKey} machine_no=${machineNo} ${fields})"`;
  const order = { machine_no: machineNo, notify_url: notifyUrl, products: [{ product_id: firstProductId, quantity: 1 }] };
  return `
  Polyvend is up.

  The console     ${baseUrl}   sign in as ${login} with ${password}
  HTTP ${baseUrl}   MQTT ${mqttUrl}   API page ${baseUrl}/docs

  Merchant ${merchant.name} (${merchant.id})
    Appid      ${appId}
    AppSecret  ${appSecret}
    App key    ${appKey}
  Machines
${machines.map(({ machineNo: no, kind, slots }) => `    ${no}  ${kind.padEnd(7)} ${slots} slots`).join('\n')}

  A first sale, to be pasted in another terminal, in this folder:

  # 1. What the machine sells
  ${call('POST', '/products', signed('per_page=5'))}

  # 2. Order one (its stock is taken at once); keep the ids
  ORDER=$(curl -sX POST ${baseUrl}/api/openapi/v1/orders -H 'Appid: ${appId}' -H 'AppSecret: ${appSecret}' -d '${JSON.stringify(order).slice(0, -1)},"trade_id":"demo-'$(date +%s%N)'"}' | tee /dev/stderr | sed 's/[^0-9]*0[^0-9]*\\([0-9]*\\).*/\\1/'); echo "  -> order $ORDER"

  # 3. Pay
  ${call('PUT', '/orders/$ORDER', signed('status=1'))}

  # 4. Dispense: its record first, then the command to the machine
  RECORD=$(curl -sX POST ${baseUrl}/api/openapi/v1/orders/$ORDER -H 'Appid: ${appId}' -H 'AppSecret: ${appSecret}' -d ${signed('')} | sed 's/.*"records":\\[{"id":\\([0-9]*\\).*/\\1/'); echo "  -> record $RECORD"
  ${call('POST', '/deliveries', signed('method=device.delivery.put order_id=$ORDER record_id=$RECORD'))}

  # 5. Query: 已取货 once the can has dropped. The mall's callback is in the log above.
  sleep 3; ${call('POST', '/orders/$ORDER', signed(''))}

  # The whole life of the order
  npx polyvend order show $ORDER
${descriptions.join('')}`;
}
