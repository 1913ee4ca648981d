/** As integrations name it: others' orders come to us, and we bring them into their ERP's books. One integration for each set of books. */
export const dialect = 'gobox';
export const role = 'import';
