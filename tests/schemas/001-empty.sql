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
) STRICT;
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
INSERT INTO _sqlite_migrations VALUES (1, 'claims', 'tables_001', '2026-11-29T00:00:00+00:00');
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
