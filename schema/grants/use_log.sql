-- use_log: no process. append_use_log and check_use_log run with these rights; nobody can log in with them.
GRANT SELECT, INSERT ON kuntakauppa.use_log TO `kuntakauppa-use_log`@localhost;
GRANT SELECT, INSERT, UPDATE (last_seq, head_hash) ON kuntakauppa.use_log_heads TO `kuntakauppa-use_log`@localhost;
GRANT EXECUTE ON FUNCTION kuntakauppa.use_log_hash TO `kuntakauppa-use_log`@localhost;
GRANT EXECUTE ON PROCEDURE kuntakauppa.append_use_log TO `kuntakauppa-use_log`@localhost;
GRANT EXECUTE ON PROCEDURE kuntakauppa.check_use_log TO `kuntakauppa-use_log`@localhost;
GRANT SELECT (row_id), DELETE ON kuntakauppa_keys.data_keys TO `kuntakauppa-use_log`@localhost;
GRANT EXECUTE ON PROCEDURE kuntakauppa.destroy_data_keys TO `kuntakauppa-use_log`@localhost;
GRANT SELECT (id, membership_id, register_name, ends_utc, ended_utc) ON kuntakauppa.staff_register_approvals TO `kuntakauppa-use_log`@localhost;
GRANT SELECT (id, ended_utc) ON kuntakauppa.staff_memberships TO `kuntakauppa-use_log`@localhost;
GRANT SELECT, INSERT, UPDATE (resolved_utc) ON kuntakauppa.staff_alerts TO `kuntakauppa-use_log`@localhost;
GRANT EXECUTE ON PROCEDURE kuntakauppa.note_ending_approvals TO `kuntakauppa-use_log`@localhost;
GRANT SELECT (row_id, registration_id, participant), DELETE ON kuntakauppa.registration_records TO `kuntakauppa-use_log`@localhost;
GRANT SELECT (row_id, registration_id, participant), DELETE ON kuntakauppa.health_answers TO `kuntakauppa-use_log`@localhost;
GRANT EXECUTE ON PROCEDURE kuntakauppa.destroy_registration_records TO `kuntakauppa-use_log`@localhost;
GRANT EXECUTE ON PROCEDURE kuntakauppa.destroy_health_answers TO `kuntakauppa-use_log`@localhost;
