-- The rates in force in Finland, with their periods, and the exemptions with their reasons (AVL 1501/1993).
-- 25.5 % since 1.9.2024; the reduced rate 14 -> 13.5 % on 1.1.2026; 10 % newspapers and periodicals.

INSERT INTO vat_codes (code, valid_from, valid_to, per_mille, reason_fi, reason_sv, reason_en) VALUES
 ('standard', '2013-01-01', '2024-08-31', 240, '', '', ''),
 ('standard', '2024-09-01', NULL,         255, '', '', ''),
 ('reduced',  '2013-01-01', '2025-12-31', 140, '', '', ''),
 ('reduced',  '2026-01-01', NULL,         135, '', '', ''),
 ('press',    '2013-01-01', NULL,         100, '', '', ''),
 ('zero',     '1994-06-01', NULL,           0, '', '', ''),
 ('exempt_education',   '1994-06-01', NULL, NULL, 'Veroton koulutuspalvelu, AVL 39 §',
   'Skattefri utbildningstjänst, ML 39 §', 'VAT-exempt education, VAT Act s. 39'),
 ('exempt_social',      '1994-06-01', NULL, NULL, 'Veroton sosiaalihuoltopalvelu, AVL 37 §',
   'Skattefri socialvårdstjänst, ML 37 §', 'VAT-exempt social welfare, VAT Act s. 37'),
 ('exempt_real_estate', '1994-06-01', NULL, NULL, 'Veroton kiinteistön käyttöoikeuden luovutus, AVL 27 §',
   'Skattefri upplåtelse av nyttjanderätt till fastighet, ML 27 §', 'VAT-exempt letting of real estate, VAT Act s. 27'),
 ('exempt_authority',   '1994-06-01', NULL, NULL, 'Viranomaismaksu, ei arvonlisäveroa',
   'Myndighetsavgift, ingen mervärdesskatt', 'Statutory fee, no VAT');
