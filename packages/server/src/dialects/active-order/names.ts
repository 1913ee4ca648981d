/** As integrations name it: the merchant's side calls us, we are the platform. */
export const dialect = 'active-order';
export const role = 'platform';

/** In an integration's secrets: what payloads are signed with. */
export const appKeySecret = 'appKey';
