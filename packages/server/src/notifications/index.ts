export { type ClaimedNotification, claimNotifications } from './claim-notifications.ts';
export { countByIntegration, type Told } from './count-by-integration.ts';
export { deliveredKeys } from './delivered-keys.ts';
export { type Dispatched, type DispatchOptions, dispatchEvents } from './dispatch-events.ts';
export { enableEndpoint } from './enable-endpoint.ts';
export type { Allow } from './http/allowed-address.ts';
export { type CheckedUrl, checkUrl } from './http/check-url.ts';
export type { Resolve } from './http/guarded-connect.ts';
export { type GuardedHttp, type GuardedHttpOptions, guardedHttp, type HttpAnswer, type HttpCall } from './http/guarded-http.ts';
export { HttpFailure } from './http/http-failure.ts';
export { type NotificationLimits, standardLimits } from './limits.ts';
export { type Attempt, listAttempts } from './list-attempts.ts';
export { type Endpoint, listEndpoints } from './list-endpoints.ts';
export {
  getNotification,
  listNotificationPage,
  type NotificationPage,
  type NotificationRow,
  type NotificationState,
  notificationStates,
  type WholeNotification,
} from './list-notification-page.ts';
export { type ListedNotification, listNotifications, type NotificationFilter } from './list-notifications.ts';
export type { NotificationDraft, OutboundAnswer, OutboundDialect, Prepared, StoredNotification } from './outbound-dialect.ts';
export { replayFailedSince, replayNotification } from './replay.ts';
export { type NotificationObserver, type Notifications, type NotificationsOptions, startNotifications } from './worker.ts';
