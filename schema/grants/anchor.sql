-- anchor: keeps the use log's head outside the database. It sees hashes, never who did what.
GRANT SELECT ON kuntakauppa.use_log_heads TO `kuntakauppa-anchor`@localhost;
GRANT SELECT (month, seq, hash) ON kuntakauppa.use_log TO `kuntakauppa-anchor`@localhost;
GRANT SELECT, UPDATE (answered, anchored_utc, broken_utc) ON kuntakauppa.use_log_anchor TO `kuntakauppa-anchor`@localhost;
