-- Where somebody signed in from lately is looked up at every sign-in, also of sessions that have ended.
create index sessions_by_user on sessions (merchant_id, user_id, created_at);
