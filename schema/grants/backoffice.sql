-- backoffice: the staff's pages. It makes people and invitations and ends sessions; credentials, keys, and states of payments and orders it never writes.
GRANT SELECT, INSERT, UPDATE (state) ON kuntakauppa.staff TO `kuntakauppa-backoffice`@localhost;
GRANT SELECT, INSERT, UPDATE (expires_utc) ON kuntakauppa.staff_enrolments TO `kuntakauppa-backoffice`@localhost;
GRANT SELECT, UPDATE (seen_utc), DELETE ON kuntakauppa.staff_sessions TO `kuntakauppa-backoffice`@localhost;
GRANT SELECT, INSERT, UPDATE (name_fi, name_sv, name_en, ended_utc) ON kuntakauppa.staff_groups TO `kuntakauppa-backoffice`@localhost;
GRANT SELECT, INSERT, DELETE ON kuntakauppa.staff_group_rights TO `kuntakauppa-backoffice`@localhost;
GRANT SELECT, INSERT, UPDATE (ended_by, ended_utc) ON kuntakauppa.staff_memberships TO `kuntakauppa-backoffice`@localhost;
GRANT SELECT, INSERT, UPDATE (ended_utc) ON kuntakauppa.staff_register_approvals TO `kuntakauppa-backoffice`@localhost;
GRANT SELECT, INSERT, UPDATE (approved_by, approved_utc, ends_utc, closed_utc) ON kuntakauppa.staff_vendor_openings TO `kuntakauppa-backoffice`@localhost;
GRANT SELECT, INSERT, DELETE ON kuntakauppa.staff_kept_forms TO `kuntakauppa-backoffice`@localhost;
GRANT SELECT ON kuntakauppa.use_log TO `kuntakauppa-backoffice`@localhost;
GRANT SELECT, UPDATE (asked) ON kuntakauppa.use_log_anchor TO `kuntakauppa-backoffice`@localhost;
GRANT EXECUTE ON PROCEDURE kuntakauppa.append_use_log TO `kuntakauppa-backoffice`@localhost;
GRANT EXECUTE ON PROCEDURE kuntakauppa.check_use_log TO `kuntakauppa-backoffice`@localhost;
GRANT SELECT ON kuntakauppa.units TO `kuntakauppa-backoffice`@localhost;
GRANT SELECT ON kuntakauppa.categories TO `kuntakauppa-backoffice`@localhost;
GRANT SELECT ON kuntakauppa.products TO `kuntakauppa-backoffice`@localhost;
GRANT SELECT ON kuntakauppa.product_texts TO `kuntakauppa-backoffice`@localhost;
