-- opener: where a password is met. It writes credentials and sessions; who is who, and who may what, it only reads.
GRANT SELECT, UPDATE (state) ON kuntakauppa.staff TO `kuntakauppa-opener`@localhost;
GRANT SELECT, UPDATE (used_utc) ON kuntakauppa.staff_enrolments TO `kuntakauppa-opener`@localhost;
GRANT SELECT, INSERT, UPDATE ON kuntakauppa.staff_passwords TO `kuntakauppa-opener`@localhost;
GRANT SELECT, INSERT, UPDATE ON kuntakauppa.staff_totp TO `kuntakauppa-opener`@localhost;
GRANT SELECT, INSERT, UPDATE (seen_utc, factor_utc), DELETE ON kuntakauppa.staff_sessions TO `kuntakauppa-opener`@localhost;
GRANT SELECT, INSERT, UPDATE ON kuntakauppa.login_guards TO `kuntakauppa-opener`@localhost;
GRANT SELECT ON kuntakauppa.staff_groups TO `kuntakauppa-opener`@localhost;
GRANT SELECT ON kuntakauppa.staff_group_rights TO `kuntakauppa-opener`@localhost;
GRANT SELECT ON kuntakauppa.staff_memberships TO `kuntakauppa-opener`@localhost;
GRANT SELECT ON kuntakauppa.staff_register_approvals TO `kuntakauppa-opener`@localhost;
GRANT SELECT ON kuntakauppa.staff_vendor_openings TO `kuntakauppa-opener`@localhost;
GRANT EXECUTE ON PROCEDURE kuntakauppa.append_use_log TO `kuntakauppa-opener`@localhost;
