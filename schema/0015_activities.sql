-- Courses, camps, events and swimming schools. An activity is a product of its own kind, and each of its sessions a variant of it: prices, seats
-- (stock's guard row), order lines and receipts are those of every product. What only sessions have stands here.

ALTER TABLE products MODIFY kind ENUM('goods','service','ticket','pass','activity') NOT NULL;

CREATE TABLE forms (                                               -- what a sign-up asks; many activities may share one
  code           VARCHAR(48) CHARACTER SET ascii NOT NULL PRIMARY KEY
) ENGINE=InnoDB;

CREATE TABLE form_questions (
  form_code      VARCHAR(48) CHARACTER SET ascii NOT NULL,
  code           VARCHAR(48) CHARACTER SET ascii NOT NULL,
  sort_order     SMALLINT UNSIGNED NOT NULL,
  of_whom        ENUM('participant','guardian','contact') NOT NULL,
  type           ENUM('short_text','long_text','number','date','one_of','many_of','yes_no','consent') NOT NULL,
  class          ENUM('plain','contact','child','health') NOT NULL, -- who may read the answer, and whether it is sealed (handlers/opener/README.md)
  required       BOOLEAN NOT NULL,
  label_fi       VARCHAR(200) NOT NULL,
  label_sv       VARCHAR(200) NOT NULL,
  label_en       VARCHAR(200) NOT NULL,
  hint_fi        VARCHAR(400) NOT NULL DEFAULT '',
  hint_sv        VARCHAR(400) NOT NULL DEFAULT '',
  hint_en        VARCHAR(400) NOT NULL DEFAULT '',
  PRIMARY KEY (form_code, code),
  FOREIGN KEY (form_code) REFERENCES forms (code)
) ENGINE=InnoDB;

CREATE TABLE form_choices (                                        -- of one_of and many_of
  form_code      VARCHAR(48) CHARACTER SET ascii NOT NULL,
  question_code  VARCHAR(48) CHARACTER SET ascii NOT NULL,
  code           VARCHAR(48) CHARACTER SET ascii NOT NULL,
  sort_order     SMALLINT UNSIGNED NOT NULL,
  label_fi       VARCHAR(120) NOT NULL,
  label_sv       VARCHAR(120) NOT NULL,
  label_en       VARCHAR(120) NOT NULL,
  PRIMARY KEY (form_code, question_code, code),
  FOREIGN KEY (form_code, question_code) REFERENCES form_questions (form_code, code)
) ENGINE=InnoDB;

CREATE TABLE activities (
  product_id     INT UNSIGNED NOT NULL PRIMARY KEY,
  type           ENUM('course','camp','event','swimming_school') NOT NULL,
  form_code      VARCHAR(48) CHARACTER SET ascii NOT NULL,
  FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE,
  FOREIGN KEY (form_code) REFERENCES forms (code)
) ENGINE=InnoDB;

-- variants.starts_utc and ends_utc are those of its first and last meeting; its seats are `stock`.
CREATE TABLE activity_sessions (
  variant_id     INT UNSIGNED NOT NULL PRIMARY KEY,
  place_fi       VARCHAR(120) NOT NULL,
  place_sv       VARCHAR(120) NOT NULL,
  place_en       VARCHAR(120) NOT NULL,
  address        VARCHAR(160) NOT NULL,
  access_fi      VARCHAR(300) NOT NULL DEFAULT '',                 -- accessibility of the place
  access_sv      VARCHAR(300) NOT NULL DEFAULT '',
  access_en      VARCHAR(300) NOT NULL DEFAULT '',
  skill_fi       VARCHAR(200) NOT NULL DEFAULT '',                 -- grades or skill, in words
  skill_sv       VARCHAR(200) NOT NULL DEFAULT '',
  skill_en       VARCHAR(200) NOT NULL DEFAULT '',
  age_min        TINYINT UNSIGNED NULL,
  age_max        TINYINT UNSIGNED NULL,                            -- both in full years on age_on
  age_on         DATE NULL,
  waiting_places SMALLINT UNSIGNED NOT NULL,
  minimum        SMALLINT UNSIGNED NOT NULL DEFAULT 0,             -- participants without whom it isn't held
  signup_from_utc  DATETIME NOT NULL,
  signup_until_utc DATETIME NOT NULL,
  cancel_until_utc DATETIME NOT NULL,
  state          ENUM('open','closed','cancelled') NOT NULL DEFAULT 'open',
  FOREIGN KEY (variant_id) REFERENCES variants (id) ON DELETE CASCADE,
  CHECK (signup_from_utc < signup_until_utc),
  CHECK ((age_min IS NULL AND age_max IS NULL) = (age_on IS NULL)),
  CHECK (age_min <= age_max)
) ENGINE=InnoDB;

CREATE TABLE activity_meetings (
  variant_id     INT UNSIGNED NOT NULL,
  starts_utc     DATETIME NOT NULL,
  ends_utc       DATETIME NOT NULL,
  PRIMARY KEY (variant_id, starts_utc),
  FOREIGN KEY (variant_id) REFERENCES variants (id) ON DELETE CASCADE,
  CHECK (starts_utc < ends_utc)
) ENGINE=InnoDB;
