-- The import tool: the catalogue and the postal codes, nothing of people or money.
GRANT SELECT, INSERT, UPDATE ON kuntakauppa.units TO `kuntakauppa-import`@localhost;
GRANT SELECT, INSERT ON kuntakauppa.images TO `kuntakauppa-import`@localhost;
GRANT SELECT, INSERT, UPDATE ON kuntakauppa.categories TO `kuntakauppa-import`@localhost;
GRANT SELECT, INSERT, UPDATE ON kuntakauppa.price_groups TO `kuntakauppa-import`@localhost;
GRANT SELECT ON kuntakauppa.vat_codes TO `kuntakauppa-import`@localhost;
GRANT SELECT, INSERT, UPDATE ON kuntakauppa.delivery_ways TO `kuntakauppa-import`@localhost;
GRANT SELECT, INSERT, UPDATE ON kuntakauppa.products TO `kuntakauppa-import`@localhost;
GRANT SELECT, INSERT, UPDATE ON kuntakauppa.product_texts TO `kuntakauppa-import`@localhost;
GRANT SELECT, INSERT, UPDATE ON kuntakauppa.variants TO `kuntakauppa-import`@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON kuntakauppa.stock TO `kuntakauppa-import`@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON kuntakauppa.prices TO `kuntakauppa-import`@localhost;
GRANT SELECT, INSERT, DELETE ON kuntakauppa.product_deliveries TO `kuntakauppa-import`@localhost;
GRANT SELECT, INSERT, DELETE ON kuntakauppa.postal_codes TO `kuntakauppa-import`@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON kuntakauppa.catalogue_imports TO `kuntakauppa-import`@localhost;
GRANT INSERT ON kuntakauppa.changes TO `kuntakauppa-import`@localhost;
