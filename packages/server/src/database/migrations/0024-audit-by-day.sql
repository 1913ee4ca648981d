-- The audit log is looked through by the day too, however long ago that was.
create index audit_log_by_time on audit_log (merchant_id, at, id);
