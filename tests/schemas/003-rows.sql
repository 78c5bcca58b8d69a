CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
CREATE TABLE "runs" (
   "id" TEXT PRIMARY KEY NOT NULL,
   "version" TEXT,
   "model" TEXT,
   "configuration" TEXT NOT NULL,
   "articles" INTEGER NOT NULL,
   "claims" INTEGER NOT NULL
) STRICT;
CREATE TABLE "articles" (
   "id" TEXT PRIMARY KEY NOT NULL,
   "label" TEXT NOT NULL,
   "title" TEXT,
   "publisher" TEXT,
   "published" TEXT,
   "url" TEXT,
   "language" TEXT NOT NULL,
   "text" TEXT NOT NULL,
   "run_id" TEXT REFERENCES "runs"("id")
) STRICT;
CREATE TABLE "speakers" (
   "id" TEXT PRIMARY KEY NOT NULL,
   "name" TEXT NOT NULL,
   "kind" TEXT,
   "country" TEXT,
   "metonym_of" TEXT,
   "wikidata" TEXT
) STRICT;
CREATE TABLE "outlets" (
   "id" TEXT PRIMARY KEY NOT NULL,
   "name" TEXT NOT NULL,
   "kind" TEXT,
   "state_media" INTEGER,
   "country" TEXT,
   "wikidata" TEXT
) STRICT;
CREATE TABLE "claims" (
   "id" TEXT PRIMARY KEY NOT NULL,
   "published" TEXT,
   "speakers" TEXT NOT NULL,
   "stance" TEXT NOT NULL,
   "text" TEXT NOT NULL,
   "outlets" TEXT NOT NULL,
   "article_id" TEXT NOT NULL REFERENCES "articles"("id"),
   "type" TEXT NOT NULL,
   "context" TEXT NOT NULL,
   "cue" TEXT,
   "cue_lemma" TEXT,
   "speaker" TEXT,
   "target" TEXT,
   "hedged" INTEGER NOT NULL,
   "said_on" TEXT,
   "rule" TEXT NOT NULL,
   "link" TEXT,
   "content" TEXT NOT NULL,
   "cue_start" INTEGER,
   "cue_end" INTEGER,
   "speaker_start" INTEGER,
   "speaker_end" INTEGER,
   "target_start" INTEGER,
   "target_end" INTEGER,
   "context_start" INTEGER NOT NULL,
   "context_end" INTEGER NOT NULL
, "score" REAL, "reasons" TEXT) STRICT;
CREATE TABLE "claim_speakers" (
   "claim_id" TEXT NOT NULL REFERENCES "claims"("id") ON DELETE CASCADE,
   "position" INTEGER NOT NULL,
   "speaker_id" TEXT NOT NULL REFERENCES "speakers"("id"),
   "name" TEXT NOT NULL,
   "kind" TEXT,
   PRIMARY KEY ("claim_id", "position")
) STRICT;
CREATE TABLE "claim_outlets" (
   "claim_id" TEXT NOT NULL REFERENCES "claims"("id") ON DELETE CASCADE,
   "position" INTEGER NOT NULL,
   "outlet_id" TEXT NOT NULL REFERENCES "outlets"("id"),
   "name" TEXT NOT NULL,
   "role" TEXT NOT NULL,
   "start" INTEGER NOT NULL,
   "end" INTEGER NOT NULL,
   PRIMARY KEY ("claim_id", "position")
) STRICT;
CREATE TABLE "problems" (
   "id" TEXT PRIMARY KEY NOT NULL,
   "source" TEXT NOT NULL,
   "place" TEXT NOT NULL,
   "reason" TEXT NOT NULL,
   "origin" TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE "articles_fts" USING FTS5 (
    "title", "text",
    tokenize='unicode61 remove_diacritics 2',
    content="articles"
);
CREATE VIRTUAL TABLE "claims_fts" USING FTS5 (
    "text",
    tokenize='unicode61 remove_diacritics 2',
    content="claims"
);
CREATE TABLE "claim_links" (
   "claim_id" TEXT NOT NULL REFERENCES "claims"("id") ON DELETE CASCADE,
   "position" INTEGER NOT NULL,
   "linked_id" TEXT NOT NULL REFERENCES "claims"("id") ON DELETE CASCADE,
   "kind" TEXT NOT NULL,
   "reason" TEXT NOT NULL,
   PRIMARY KEY ("claim_id", "position")
) STRICT;
INSERT INTO _sqlite_migrations VALUES (1, 'claims', 'tables_001', '2026-11-29T00:00:00+00:00');
INSERT INTO _sqlite_migrations VALUES (2, 'claims', 'reasons_002', '2026-11-29T00:00:00+00:00');
INSERT INTO _sqlite_migrations VALUES (3, 'claims', 'links_003', '2026-11-29T00:00:00+00:00');
INSERT INTO runs VALUES ('95faaab22451ba02', '1', NULL, '{"model": null, "registry": "5f6f6923d9edefa2", "stance": "affirms", "version": "1"}', 2, 4);
INSERT INTO articles VALUES ('a', 'Le pont', 'Le pont', 'Le Journal', '2024-06-19', NULL, 'fr', 'Paul Roux dit : « Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre » à AFP.
Léa Blanc dit : « Non » à KCNA.', '95faaab22451ba02');
INSERT INTO articles VALUES ('b', 'Le pont', 'Le pont', 'Le Journal', '2024-06-20', NULL, 'fr', 'Paul Roux dit : « Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre » à AFP.
Léa Blanc dit : « Non » à KCNA.', '95faaab22451ba02');
INSERT INTO speakers VALUES ('307260b7d82e39ba', 'Paul Roux', 'person', NULL, NULL, NULL);
INSERT INTO speakers VALUES ('d965e797e62aaa55', 'Léa Blanc', 'person', NULL, NULL, NULL);
INSERT INTO outlets VALUES ('e457e6a51e3012ee', 'AFP', NULL, NULL, NULL, NULL);
INSERT INTO outlets VALUES ('5927a41ce9d7c7fe', 'KCNA', NULL, 1, 'KP', NULL);
INSERT INTO claims VALUES ('4a0340c05760c064', '2024-06-19', '["Paul Roux"]', 'affirms', 'Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre', '["AFP"]', 'a', 'direct', 'Paul Roux dit : « Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre » à AFP', 'dit', 'dire', 'Paul Roux', 'Paul Roux', 1, '2024-06', 'test', NULL, '[{"start": 18, "end": 107, "text": "Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre"}]', 10, 13, 0, 9, 0, 9, 0, 115, 0.9, '[{"feature": "quoted", "value": 1.0, "weight": 0.5}]');
INSERT INTO claims VALUES ('fb5e568a5d1c62c8', '2024-06-19', '["Léa Blanc"]', 'affirms', 'Non', '["KCNA"]', 'a', 'direct', 'Léa Blanc dit : « Non » à KCNA', 'dit', 'dire', 'Léa Blanc', 'Léa Blanc', 1, '2024-06', 'test', NULL, '[{"start": 135, "end": 138, "text": "Non"}]', 127, 130, 117, 126, 117, 126, 117, 147, 0.9, '[{"feature": "quoted", "value": 1.0, "weight": 0.5}]');
INSERT INTO claims VALUES ('3bd60e75d24781a9', '2024-06-20', '["Paul Roux"]', 'affirms', 'Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre', '["AFP"]', 'b', 'direct', 'Paul Roux dit : « Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre » à AFP', 'dit', 'dire', 'Paul Roux', 'Paul Roux', 1, '2024-06', 'test', NULL, '[{"start": 18, "end": 107, "text": "Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre"}]', 10, 13, 0, 9, 0, 9, 0, 115, 0.9, '[{"feature": "quoted", "value": 1.0, "weight": 0.5}]');
INSERT INTO claims VALUES ('537cfdc4f2dc8fbe', '2024-06-20', '["Léa Blanc"]', 'affirms', 'Non', '["KCNA"]', 'b', 'direct', 'Léa Blanc dit : « Non » à KCNA', 'dit', 'dire', 'Léa Blanc', 'Léa Blanc', 1, '2024-06', 'test', NULL, '[{"start": 135, "end": 138, "text": "Non"}]', 127, 130, 117, 126, 117, 126, 117, 147, 0.9, '[{"feature": "quoted", "value": 1.0, "weight": 0.5}]');
INSERT INTO claim_speakers VALUES ('4a0340c05760c064', 0, '307260b7d82e39ba', 'Paul Roux', 'person');
INSERT INTO claim_speakers VALUES ('fb5e568a5d1c62c8', 0, 'd965e797e62aaa55', 'Léa Blanc', 'person');
INSERT INTO claim_speakers VALUES ('3bd60e75d24781a9', 0, '307260b7d82e39ba', 'Paul Roux', 'person');
INSERT INTO claim_speakers VALUES ('537cfdc4f2dc8fbe', 0, 'd965e797e62aaa55', 'Léa Blanc', 'person');
INSERT INTO claim_outlets VALUES ('4a0340c05760c064', 0, 'e457e6a51e3012ee', 'AFP', 'told_to', 112, 115);
INSERT INTO claim_outlets VALUES ('fb5e568a5d1c62c8', 0, '5927a41ce9d7c7fe', 'KCNA', 'told_to', 143, 147);
INSERT INTO claim_outlets VALUES ('3bd60e75d24781a9', 0, 'e457e6a51e3012ee', 'AFP', 'told_to', 112, 115);
INSERT INTO claim_outlets VALUES ('537cfdc4f2dc8fbe', 0, '5927a41ce9d7c7fe', 'KCNA', 'told_to', 143, 147);
INSERT INTO claim_links VALUES ('fb5e568a5d1c62c8', 0, '4a0340c05760c064', 'answers', 'test');
INSERT INTO claim_links VALUES ('537cfdc4f2dc8fbe', 0, '3bd60e75d24781a9', 'answers', 'test');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX "idx_articles_label"
    ON "articles" ("label");
CREATE INDEX "idx_articles_publisher"
    ON "articles" ("publisher");
CREATE INDEX "idx_articles_published"
    ON "articles" ("published");
CREATE INDEX "idx_articles_language"
    ON "articles" ("language");
CREATE INDEX "idx_articles_run_id"
    ON "articles" ("run_id");
CREATE INDEX "idx_speakers_name"
    ON "speakers" ("name");
CREATE INDEX "idx_speakers_kind"
    ON "speakers" ("kind");
CREATE INDEX "idx_speakers_country"
    ON "speakers" ("country");
CREATE INDEX "idx_outlets_name"
    ON "outlets" ("name");
CREATE INDEX "idx_outlets_kind"
    ON "outlets" ("kind");
CREATE INDEX "idx_outlets_state_media"
    ON "outlets" ("state_media");
CREATE INDEX "idx_outlets_country"
    ON "outlets" ("country");
CREATE INDEX "idx_claims_published"
    ON "claims" ("published");
CREATE INDEX "idx_claims_speakers"
    ON "claims" ("speakers");
CREATE INDEX "idx_claims_stance"
    ON "claims" ("stance");
CREATE INDEX "idx_claims_outlets"
    ON "claims" ("outlets");
CREATE INDEX "idx_claims_article_id"
    ON "claims" ("article_id");
CREATE INDEX "idx_claims_type"
    ON "claims" ("type");
CREATE INDEX "idx_claims_cue_lemma"
    ON "claims" ("cue_lemma");
CREATE INDEX "idx_claims_hedged"
    ON "claims" ("hedged");
CREATE INDEX "idx_claims_said_on"
    ON "claims" ("said_on");
CREATE INDEX "idx_claims_rule"
    ON "claims" ("rule");
CREATE INDEX "idx_claim_speakers_speaker_id"
    ON "claim_speakers" ("speaker_id");
CREATE INDEX "idx_claim_outlets_outlet_id"
    ON "claim_outlets" ("outlet_id");
CREATE INDEX "idx_claim_outlets_role"
    ON "claim_outlets" ("role");
CREATE INDEX "idx_problems_source"
    ON "problems" ("source");
CREATE TRIGGER "articles_ai" AFTER INSERT ON "articles" BEGIN
  INSERT INTO "articles_fts" (rowid, "title", "text") VALUES (new.rowid, new."title", new."text");
END;
CREATE TRIGGER "articles_ad" AFTER DELETE ON "articles" BEGIN
  INSERT INTO "articles_fts" ("articles_fts", rowid, "title", "text") VALUES('delete', old.rowid, old."title", old."text");
END;
CREATE TRIGGER "articles_au" AFTER UPDATE ON "articles" BEGIN
  INSERT INTO "articles_fts" ("articles_fts", rowid, "title", "text") VALUES('delete', old.rowid, old."title", old."text");
  INSERT INTO "articles_fts" (rowid, "title", "text") VALUES (new.rowid, new."title", new."text");
END;
CREATE TRIGGER "claims_ai" AFTER INSERT ON "claims" BEGIN
  INSERT INTO "claims_fts" (rowid, "text") VALUES (new.rowid, new."text");
END;
CREATE TRIGGER "claims_ad" AFTER DELETE ON "claims" BEGIN
  INSERT INTO "claims_fts" ("claims_fts", rowid, "text") VALUES('delete', old.rowid, old."text");
END;
CREATE TRIGGER "claims_au" AFTER UPDATE ON "claims" BEGIN
  INSERT INTO "claims_fts" ("claims_fts", rowid, "text") VALUES('delete', old.rowid, old."text");
  INSERT INTO "claims_fts" (rowid, "text") VALUES (new.rowid, new."text");
END;
CREATE INDEX "idx_claim_links_linked_id"
    ON "claim_links" ("linked_id");
CREATE INDEX "idx_claim_links_kind"
    ON "claim_links" ("kind");
CREATE VIEW "who_said_what" AS SELECT
  claims.published AS date,
  (SELECT group_concat(value, ', ') FROM json_each(claims.speakers)) AS speaker,
  claims.stance,
  claims.text AS claim,
  (
    SELECT group_concat(name || ' (' || role || ')', ' → ')
    FROM (
      SELECT outlets.name, claim_outlets.role
      FROM claim_outlets LEFT JOIN outlets ON outlets.id = claim_outlets.outlet_id
      WHERE claim_outlets.claim_id = claims.id
      ORDER BY claim_outlets.position
    )
  ) AS outlet_chain,
  articles.publisher,
  articles.label AS article,
  claims.type,
  claims.link,
  claims.id AS claim_id,
  claims.rowid AS rowid
FROM claims LEFT JOIN articles ON articles.id = claims.article_id;
CREATE VIEW "who_relays_whom" AS SELECT
  outlets.name AS outlet,
  speakers.name AS speaker,
  claim_outlets.role,
  count(DISTINCT claim_outlets.claim_id) AS claims,
  count(DISTINCT claims.article_id) AS articles
FROM claim_outlets
LEFT JOIN claims ON claims.id = claim_outlets.claim_id
LEFT JOIN claim_speakers ON claim_speakers.claim_id = claim_outlets.claim_id
LEFT JOIN outlets ON outlets.id = claim_outlets.outlet_id
LEFT JOIN speakers ON speakers.id = claim_speakers.speaker_id
GROUP BY claim_outlets.outlet_id, claim_speakers.speaker_id, claim_outlets.role;
CREATE VIEW "not_verbatim" AS SELECT spans.claim_id, spans.part, spans.words,
  substr(articles.text, spans.start + 1, spans.end - spans.start) AS in_the_article
FROM (
  SELECT claims.id AS claim_id, article_id, 'content' AS part,
    json_extract(fragment.value, '$.text') AS words,
    json_extract(fragment.value, '$.start') AS start,
    json_extract(fragment.value, '$.end') AS end
  FROM claims, json_each(claims.content) AS fragment
  UNION ALL
  SELECT id, article_id, 'cue', cue, cue_start, cue_end FROM claims WHERE cue IS NOT NULL
  UNION ALL
  SELECT id, article_id, 'speaker', speaker, speaker_start, speaker_end
  FROM claims WHERE speaker IS NOT NULL
  UNION ALL
  SELECT id, article_id, 'target', target, target_start, target_end
  FROM claims WHERE target IS NOT NULL
  UNION ALL
  SELECT id, article_id, 'context', context, context_start, context_end FROM claims
) AS spans
LEFT JOIN articles ON articles.id = spans.article_id
WHERE words IS NOT in_the_article;
INSERT INTO articles_fts (articles_fts) VALUES ('rebuild');
INSERT INTO claims_fts (claims_fts) VALUES ('rebuild');
