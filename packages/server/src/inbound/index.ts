export { InboundDelay, type InboundDialect, type InboundMessage, InboundRefusal, type Poll } from './inbound-dialect.ts';
export { type ListedMessage, type ListedPoll, listMessages, listPolls } from './list-inbound.ts';
export {
  getMessage,
  type InboundState,
  inboundStates,
  listMessagePage,
  type MessageRow,
  type WholeMessage,
} from './list-message-page.ts';
export { retryMessage } from './retry-message.ts';
export { takeMessage } from './take-message.ts';
export { startInbound } from './worker.ts';
