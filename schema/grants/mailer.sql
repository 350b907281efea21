-- mailer: moves the state of what is sent, and tells staff of what cannot be.
GRANT SELECT ON kuntakauppa.outbox TO `kuntakauppa-mailer`@localhost;
GRANT UPDATE (state, tries, next_try_utc, sent_utc, sent_sha256, last_error) ON kuntakauppa.outbox TO `kuntakauppa-mailer`@localhost;
GRANT INSERT ON kuntakauppa.staff_alerts TO `kuntakauppa-mailer`@localhost;
