-- A form of a product's pages that is sent twice saves once: what it said, hashed, is of one version at most.
ALTER TABLE product_versions ADD form_key BINARY(16) NULL UNIQUE;
