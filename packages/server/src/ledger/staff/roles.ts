/** What may be done through the hub's own API; a token's scopes are some of these, and so is what a role may. */
export const permissions = [
  'machines.read',
  'machines.write',
  'machines.command',
  'stock.write',
  'planogram.write',
  'goods.read',
  'goods.write',
  'orders.read',
  'orders.make-good',
  'sales.read',
  'books.read',
  'books.write',
  'integrations.read',
  'integrations.write',
  'notifications.replay',
  'staff.read',
  'staff.write',
  'audit.read',
  'sell',
  'pos.write',
] as const;

export type Permission = (typeof permissions)[number];

export const roles = ['owner', 'operator', 'refiller', 'finance', 'viewer'] as const;
export type Role = (typeof roles)[number];

const read = ['machines.read', 'goods.read', 'orders.read', 'sales.read'] as const;

/**
 * Who may do what. An owner is asked for what opens doors: credentials and people. A refiller works at machines, those that are
 * theirs where somebody said which.
 */
export const permissionsOf: Readonly<Record<Role, readonly Permission[]>> = {
  owner: permissions,
  operator: [
    ...read,
    'machines.write',
    'machines.command',
    'stock.write',
    'planogram.write',
    'goods.write',
    'orders.make-good',
    'books.read',
    'integrations.read',
    'notifications.replay',
  ],
  refiller: ['machines.read', 'goods.read', 'machines.command', 'stock.write'],
  finance: [...read, 'orders.make-good', 'books.read', 'books.write'],
  viewer: read,
};
