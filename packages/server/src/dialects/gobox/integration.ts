import type { IntegrationRole } from '../../http/integration-role.ts';

/** As integrations name it: others' orders come to us, and we bring them into their ERP's books. One integration for each set of books. */
export const dialect = 'gobox';
export const role = 'import';

/** A vending system hands its orders over, or we fetch them; a set of books goes with each. */
export const importer: IntegrationRole = {
  role,
  summary: 'a vending system whose orders are brought into an ERP as bills: a set of books',
  given: {
    number: 'the number of the set of books in the ERP',
    erp: 'the kind of ERP',
    erpUrl: 'its address',
    erpKey: 'the key that it gave us',
    source: 'where orders are fetched; none: they are sent to us',
    sourceUrl: 'its address',
    userName: 'the user name there',
    appKey: 'the app key that goes with it',
    timeZone: "of the set of books, an IANA name; the merchant's unless told",
    autoImport: 'true: orders are imported by themselves',
  },
  optional: ['erpUrl', 'erpKey', 'source', 'sourceUrl', 'userName', 'appKey', 'timeZone', 'autoImport'],
  confers: () => ['books.read', 'books.write'],
  settings: {},
  ofBooks: true,
  create: ({ given: { number = '' } }) => ({ draft: { dialect, role, wireId: number }, told: {} }),
};
