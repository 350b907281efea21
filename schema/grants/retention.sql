-- retention: reads and writes no table. It may only call what purges (schema/0017_retention.sql).
GRANT EXECUTE ON PROCEDURE kuntakauppa.purge_health_answers TO `kuntakauppa-retention`@localhost;
GRANT EXECUTE ON PROCEDURE kuntakauppa.purge_registrations TO `kuntakauppa-retention`@localhost;
GRANT EXECUTE ON PROCEDURE kuntakauppa.purge_unfinished_registrations TO `kuntakauppa-retention`@localhost;
GRANT EXECUTE ON PROCEDURE kuntakauppa.purge_staff_moments TO `kuntakauppa-retention`@localhost;
GRANT EXECUTE ON PROCEDURE kuntakauppa.purge_receipts TO `kuntakauppa-retention`@localhost;
GRANT EXECUTE ON PROCEDURE kuntakauppa.purge_staff_orders TO `kuntakauppa-retention`@localhost;
