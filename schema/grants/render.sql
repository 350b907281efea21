-- render reads the catalogue and what changed in it, and writes nothing.
GRANT SELECT ON kuntakauppa.units              TO `kuntakauppa-render`@localhost;
GRANT SELECT ON kuntakauppa.images             TO `kuntakauppa-render`@localhost;
GRANT SELECT ON kuntakauppa.categories         TO `kuntakauppa-render`@localhost;
GRANT SELECT ON kuntakauppa.price_groups       TO `kuntakauppa-render`@localhost;
GRANT SELECT ON kuntakauppa.vat_codes          TO `kuntakauppa-render`@localhost;
GRANT SELECT ON kuntakauppa.delivery_ways      TO `kuntakauppa-render`@localhost;
GRANT SELECT ON kuntakauppa.products           TO `kuntakauppa-render`@localhost;
GRANT SELECT ON kuntakauppa.product_texts      TO `kuntakauppa-render`@localhost;
GRANT SELECT ON kuntakauppa.variants           TO `kuntakauppa-render`@localhost;
GRANT SELECT ON kuntakauppa.stock              TO `kuntakauppa-render`@localhost;
GRANT SELECT ON kuntakauppa.prices             TO `kuntakauppa-render`@localhost;
GRANT SELECT ON kuntakauppa.product_deliveries TO `kuntakauppa-render`@localhost;
GRANT SELECT ON kuntakauppa.changes            TO `kuntakauppa-render`@localhost;
GRANT SELECT ON kuntakauppa.form_questions     TO `kuntakauppa-render`@localhost;
GRANT SELECT ON kuntakauppa.activities         TO `kuntakauppa-render`@localhost;
GRANT SELECT ON kuntakauppa.activity_sessions  TO `kuntakauppa-render`@localhost;
GRANT SELECT ON kuntakauppa.activity_meetings  TO `kuntakauppa-render`@localhost;
