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
, "author" TEXT, "agency" TEXT, "modified" TEXT, "licence" TEXT, "page" TEXT, "text_hash" TEXT, "address" TEXT, "tdm_reservation" INTEGER, superseded_by TEXT REFERENCES articles(id)) STRICT;
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
, "score" REAL, "reasons" TEXT, superseded INTEGER NOT NULL DEFAULT 0) STRICT;
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
CREATE TABLE "groups" (
   "id" TEXT PRIMARY KEY NOT NULL,
   "text" TEXT NOT NULL,
   "speakers" TEXT NOT NULL,
   "claims" INTEGER NOT NULL,
   "articles" INTEGER NOT NULL,
   "publishers" INTEGER NOT NULL,
   "first_published" TEXT,
   "last_published" TEXT,
   "first_claim" TEXT REFERENCES "claims"("id") ON DELETE SET NULL,
   "merged_into" TEXT REFERENCES "groups"("id")
) STRICT;
CREATE TABLE "claim_groups" (
   "claim_id" TEXT PRIMARY KEY NOT NULL REFERENCES "claims"("id") ON DELETE CASCADE,
   "group_id" TEXT NOT NULL REFERENCES "groups"("id"),
   "like_id" TEXT REFERENCES "claims"("id") ON DELETE SET NULL,
   "score" REAL,
   "changes" TEXT NOT NULL
) STRICT;
CREATE TABLE "matters" (
   "id" TEXT PRIMARY KEY NOT NULL,
   "text" TEXT NOT NULL,
   "asserted_by" TEXT NOT NULL,
   "denied_by" TEXT NOT NULL,
   "doubted_by" TEXT NOT NULL,
   "contested" INTEGER NOT NULL,
   "claims" INTEGER NOT NULL,
   "articles" INTEGER NOT NULL,
   "first_published" TEXT,
   "last_published" TEXT,
   "first_claim" TEXT REFERENCES "claims"("id") ON DELETE SET NULL
) STRICT;
CREATE TABLE "claim_matters" (
   "claim_id" TEXT PRIMARY KEY NOT NULL REFERENCES "claims"("id") ON DELETE CASCADE,
   "matter_id" TEXT NOT NULL REFERENCES "matters"("id"),
   "side" TEXT NOT NULL,
   "like_id" TEXT REFERENCES "claims"("id") ON DELETE SET NULL,
   "score" REAL,
   "reason" TEXT NOT NULL
) STRICT;
CREATE TABLE "reviews" (
   "id" TEXT PRIMARY KEY NOT NULL,
   "made" TEXT NOT NULL,
   "author" TEXT NOT NULL,
   "action" TEXT NOT NULL,
   "subject" TEXT NOT NULL,
   "value" TEXT,
   "note" TEXT,
   "url" TEXT,
   "date" TEXT,
   "undone" TEXT
) STRICT;
CREATE TABLE "found_claims" (
   "claim_id" TEXT PRIMARY KEY NOT NULL,
   "article_id" TEXT NOT NULL REFERENCES "articles"("id"),
   "now_id" TEXT,
   "record" TEXT NOT NULL,
   "gone" INTEGER NOT NULL
) STRICT;
CREATE TABLE "speaker_stances" (
   "speaker_id" TEXT NOT NULL,
   "stance" TEXT NOT NULL,
   "month" TEXT NOT NULL,
   "claims" INTEGER NOT NULL,
   "articles" INTEGER NOT NULL,
   PRIMARY KEY ("speaker_id", "stance", "month")
) STRICT;
CREATE TABLE "outlet_stances" (
   "outlet_id" TEXT NOT NULL,
   "role" TEXT NOT NULL,
   "stance" TEXT NOT NULL,
   "claims" INTEGER NOT NULL,
   "articles" INTEGER NOT NULL,
   PRIMARY KEY ("outlet_id", "role", "stance")
) STRICT;
CREATE TABLE "relays" (
   "outlet_id" TEXT NOT NULL,
   "speaker_id" TEXT NOT NULL,
   "role" TEXT NOT NULL,
   "claims" INTEGER NOT NULL,
   "articles" INTEGER NOT NULL,
   PRIMARY KEY ("outlet_id", "speaker_id", "role")
) STRICT;
CREATE TABLE "speaker_names" (
   "speaker_id" TEXT NOT NULL,
   "name" TEXT NOT NULL,
   "kind" TEXT NOT NULL,
   "claims" INTEGER NOT NULL,
   PRIMARY KEY ("speaker_id", "name", "kind")
) STRICT;
CREATE TABLE "outlet_names" (
   "outlet_id" TEXT NOT NULL,
   "name" TEXT NOT NULL,
   "claims" INTEGER NOT NULL,
   PRIMARY KEY ("outlet_id", "name")
) STRICT;
CREATE TABLE "claim_kinds" (
   "type" TEXT NOT NULL,
   "stance" TEXT NOT NULL,
   "claims" INTEGER NOT NULL,
   PRIMARY KEY ("type", "stance")
) STRICT;
CREATE TABLE "states" (
   "name" TEXT PRIMARY KEY NOT NULL,
   "value" TEXT NOT NULL
) STRICT;
CREATE TABLE claim_pairs (pair INTEGER NOT NULL, day INTEGER NOT NULL, claim INTEGER NOT NULL, weight INTEGER NOT NULL, PRIMARY KEY (pair, day, claim)) STRICT, WITHOUT ROWID;
CREATE TABLE new_pairs (pair INTEGER NOT NULL, day INTEGER NOT NULL, claim INTEGER NOT NULL, weight INTEGER NOT NULL, PRIMARY KEY (pair, day, claim)) STRICT, WITHOUT ROWID;
CREATE TABLE "article_copies" (
   "article_id" TEXT NOT NULL REFERENCES "articles"("id"),
   "copy_id" TEXT NOT NULL REFERENCES "articles"("id"),
   "likeness" REAL NOT NULL,
   PRIMARY KEY ("article_id", "copy_id")
) STRICT;
CREATE TABLE article_runs (run INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (run, article)) STRICT, WITHOUT ROWID;
CREATE TABLE "feeds" (
   "url" TEXT PRIMARY KEY NOT NULL,
   "etag" TEXT,
   "modified" TEXT
) STRICT;
CREATE TABLE "feed_entries" (
   "feed" TEXT NOT NULL,
   "entry" TEXT NOT NULL,
   PRIMARY KEY ("feed", "entry")
) STRICT;
INSERT INTO "_sqlite_migrations" VALUES(1,'claims','tables_001','2026-11-30 06:38:30.445705+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'claims','reasons_002','2026-11-30 06:38:30.446220+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'claims','links_003','2026-11-30 06:38:30.446700+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'claims','comparing_004','2026-11-30 06:38:30.454564+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'claims','pairs_005','2026-11-30 06:38:30.454784+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'claims','new_pairs_006','2026-11-30 06:38:30.454895+00:00');
INSERT INTO "_sqlite_migrations" VALUES(7,'claims','versions_007','2026-11-30 06:38:30.463659+00:00');
INSERT INTO "runs" VALUES('e360b5fdebacd9a6','1',NULL,'{"model": null, "registry": "a2159e7f3b27b254", "stance": "affirms", "version": "1"}',2,4);
INSERT INTO "articles" VALUES('a','Le pont','Le pont','Le Journal','2024-06-19',NULL,'fr','Paul Roux dit : « Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre » à AFP.
Léa Blanc dit : « Non » à KCNA.','e360b5fdebacd9a6',NULL,NULL,NULL,NULL,NULL,'97ac94b0365ec17d',NULL,NULL,NULL);
INSERT INTO "articles" VALUES('b','Le pont','Le pont','La Gazette','2024-06-20',NULL,'fr','Paul Roux dit : « Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre » à AFP.
Léa Blanc dit : « Non » à KCNA.','e360b5fdebacd9a6',NULL,NULL,NULL,NULL,NULL,'97ac94b0365ec17d',NULL,NULL,NULL);
INSERT INTO "speakers" VALUES('307260b7d82e39ba','Paul Roux','person',NULL,NULL,NULL);
INSERT INTO "speakers" VALUES('d965e797e62aaa55','Léa Blanc','person',NULL,NULL,NULL);
INSERT INTO "outlets" VALUES('e457e6a51e3012ee','AFP',NULL,NULL,NULL,NULL);
INSERT INTO "outlets" VALUES('5927a41ce9d7c7fe','KCNA',NULL,1,'KP',NULL);
INSERT INTO "claims" VALUES('4a0340c05760c064','2024-06-19','["Paul Roux"]','affirms','Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre','["AFP"]','a','direct','Paul Roux dit : « Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre » à AFP','dit','dire','Paul Roux','Paul Roux',1,'2024-06','test',NULL,'[{"start": 18, "end": 107, "text": "Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre"}]',10,13,0,9,0,9,0,115,0.9,'[{"feature": "quoted", "value": 1.0, "weight": 0.5}]',0);
INSERT INTO "claims" VALUES('fb5e568a5d1c62c8','2024-06-19','["Léa Blanc"]','affirms','Non','["KCNA"]','a','direct','Léa Blanc dit : « Non » à KCNA','dit','dire','Léa Blanc','Léa Blanc',1,'2024-06','test',NULL,'[{"start": 135, "end": 138, "text": "Non"}]',127,130,117,126,117,126,117,147,0.9,'[{"feature": "quoted", "value": 1.0, "weight": 0.5}]',0);
INSERT INTO "claims" VALUES('3bd60e75d24781a9','2024-06-20','["Paul Roux"]','affirms','Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre','["AFP"]','b','direct','Paul Roux dit : « Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre » à AFP','dit','dire','Paul Roux','Paul Roux',1,'2024-06','test',NULL,'[{"start": 18, "end": 107, "text": "Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre"}]',10,13,0,9,0,9,0,115,0.9,'[{"feature": "quoted", "value": 1.0, "weight": 0.5}]',0);
INSERT INTO "claims" VALUES('537cfdc4f2dc8fbe','2024-06-20','["Léa Blanc"]','affirms','Non','["KCNA"]','b','direct','Léa Blanc dit : « Non » à KCNA','dit','dire','Léa Blanc','Léa Blanc',1,'2024-06','test',NULL,'[{"start": 135, "end": 138, "text": "Non"}]',127,130,117,126,117,126,117,147,0.9,'[{"feature": "quoted", "value": 1.0, "weight": 0.5}]',0);
INSERT INTO "claim_speakers" VALUES('4a0340c05760c064',0,'307260b7d82e39ba','Paul Roux','person');
INSERT INTO "claim_speakers" VALUES('fb5e568a5d1c62c8',0,'d965e797e62aaa55','Léa Blanc','person');
INSERT INTO "claim_speakers" VALUES('3bd60e75d24781a9',0,'307260b7d82e39ba','Paul Roux','person');
INSERT INTO "claim_speakers" VALUES('537cfdc4f2dc8fbe',0,'d965e797e62aaa55','Léa Blanc','person');
INSERT INTO "claim_outlets" VALUES('4a0340c05760c064',0,'e457e6a51e3012ee','AFP','told_to',112,115);
INSERT INTO "claim_outlets" VALUES('fb5e568a5d1c62c8',0,'5927a41ce9d7c7fe','KCNA','told_to',143,147);
INSERT INTO "claim_outlets" VALUES('3bd60e75d24781a9',0,'e457e6a51e3012ee','AFP','told_to',112,115);
INSERT INTO "claim_outlets" VALUES('537cfdc4f2dc8fbe',0,'5927a41ce9d7c7fe','KCNA','told_to',143,147);
INSERT INTO "claim_links" VALUES('fb5e568a5d1c62c8',0,'4a0340c05760c064','answers','test');
INSERT INTO "claim_links" VALUES('537cfdc4f2dc8fbe',0,'3bd60e75d24781a9','answers','test');
INSERT INTO "groups" VALUES('10cd5a5ad2541770','Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre','["Paul Roux"]',2,2,2,'2024-06-19','2024-06-20','4a0340c05760c064',NULL);
INSERT INTO "claim_groups" VALUES('4a0340c05760c064','10cd5a5ad2541770',NULL,NULL,'');
INSERT INTO "claim_groups" VALUES('3bd60e75d24781a9','10cd5a5ad2541770','4a0340c05760c064',9.99914712246024905972e-01,'');
INSERT INTO "speaker_stances" VALUES('307260b7d82e39ba','affirms','2024-06',2,2);
INSERT INTO "speaker_stances" VALUES('d965e797e62aaa55','affirms','2024-06',2,2);
INSERT INTO "outlet_stances" VALUES('e457e6a51e3012ee','told_to','affirms',2,2);
INSERT INTO "outlet_stances" VALUES('5927a41ce9d7c7fe','told_to','affirms',2,2);
INSERT INTO "relays" VALUES('e457e6a51e3012ee','307260b7d82e39ba','told_to',2,2);
INSERT INTO "relays" VALUES('5927a41ce9d7c7fe','d965e797e62aaa55','told_to',2,2);
INSERT INTO "speaker_names" VALUES('307260b7d82e39ba','Paul Roux','person',2);
INSERT INTO "speaker_names" VALUES('d965e797e62aaa55','Léa Blanc','person',2);
INSERT INTO "outlet_names" VALUES('e457e6a51e3012ee','AFP',2);
INSERT INTO "outlet_names" VALUES('5927a41ce9d7c7fe','KCNA',2);
INSERT INTO "claim_kinds" VALUES('direct','affirms',4);
INSERT INTO "states" VALUES('grouping','27887905445f4b0c');
INSERT INTO "states" VALUES('embeddings','');
INSERT INTO "states" VALUES('names','e360b5fdebacd9a6');
INSERT INTO "new_pairs" VALUES(56641634955565,739056,-3890194458274119580,47);
INSERT INTO "new_pairs" VALUES(56641634955565,739057,-4911722444399083095,47);
INSERT INTO "new_pairs" VALUES(56641639233301,739056,-3890194458274119580,47);
INSERT INTO "new_pairs" VALUES(56641639233301,739057,-4911722444399083095,47);
INSERT INTO "new_pairs" VALUES(80500928196961,739056,-3890194458274119580,47);
INSERT INTO "new_pairs" VALUES(80500928196961,739057,-4911722444399083095,47);
INSERT INTO "new_pairs" VALUES(98489430700333,739056,-3890194458274119580,59);
INSERT INTO "new_pairs" VALUES(98489430700333,739057,-4911722444399083095,59);
INSERT INTO "new_pairs" VALUES(98489433555944,739056,-3890194458274119580,59);
INSERT INTO "new_pairs" VALUES(98489433555944,739057,-4911722444399083095,59);
INSERT INTO "new_pairs" VALUES(98489434026337,739056,-3890194458274119580,59);
INSERT INTO "new_pairs" VALUES(98489434026337,739057,-4911722444399083095,59);
INSERT INTO "new_pairs" VALUES(98489434344057,739056,-3890194458274119580,59);
INSERT INTO "new_pairs" VALUES(98489434344057,739057,-4911722444399083095,59);
INSERT INTO "new_pairs" VALUES(98489434690601,739056,-3890194458274119580,59);
INSERT INTO "new_pairs" VALUES(98489434690601,739057,-4911722444399083095,59);
INSERT INTO "new_pairs" VALUES(98489434978069,739056,-3890194458274119580,59);
INSERT INTO "new_pairs" VALUES(98489434978069,739057,-4911722444399083095,59);
INSERT INTO "new_pairs" VALUES(98489436315415,739056,-3890194458274119580,59);
INSERT INTO "new_pairs" VALUES(98489436315415,739057,-4911722444399083095,59);
INSERT INTO "new_pairs" VALUES(98489437825053,739056,-3890194458274119580,59);
INSERT INTO "new_pairs" VALUES(98489437825053,739057,-4911722444399083095,59);
INSERT INTO "new_pairs" VALUES(102937870435304,739056,-3890194458274119580,47);
INSERT INTO "new_pairs" VALUES(102937870435304,739057,-4911722444399083095,47);
INSERT INTO "new_pairs" VALUES(102937871857429,739056,-3890194458274119580,47);
INSERT INTO "new_pairs" VALUES(102937871857429,739057,-4911722444399083095,47);
INSERT INTO "new_pairs" VALUES(102937874704413,739056,-3890194458274119580,47);
INSERT INTO "new_pairs" VALUES(102937874704413,739057,-4911722444399083095,47);
INSERT INTO "new_pairs" VALUES(128265390387501,739056,-3890194458274119580,47);
INSERT INTO "new_pairs" VALUES(128265390387501,739057,-4911722444399083095,47);
INSERT INTO "new_pairs" VALUES(128265393243112,739056,-3890194458274119580,47);
INSERT INTO "new_pairs" VALUES(128265393243112,739057,-4911722444399083095,47);
INSERT INTO "new_pairs" VALUES(128265394665237,739056,-3890194458274119580,47);
INSERT INTO "new_pairs" VALUES(128265394665237,739057,-4911722444399083095,47);
INSERT INTO "article_copies" VALUES('b','a',1.0);
INSERT INTO "article_copies" VALUES('a','b',1.0);
INSERT INTO "article_runs" VALUES(40617013,1);
INSERT INTO "article_runs" VALUES(40617013,2);
INSERT INTO "article_runs" VALUES(378922288,1);
INSERT INTO "article_runs" VALUES(378922288,2);
INSERT INTO "article_runs" VALUES(389691447,1);
INSERT INTO "article_runs" VALUES(389691447,2);
INSERT INTO "article_runs" VALUES(430436473,1);
INSERT INTO "article_runs" VALUES(430436473,2);
INSERT INTO "article_runs" VALUES(632320471,1);
INSERT INTO "article_runs" VALUES(632320471,2);
INSERT INTO "article_runs" VALUES(739672057,1);
INSERT INTO "article_runs" VALUES(739672057,2);
INSERT INTO "article_runs" VALUES(1070913348,1);
INSERT INTO "article_runs" VALUES(1070913348,2);
INSERT INTO "article_runs" VALUES(1639508666,1);
INSERT INTO "article_runs" VALUES(1639508666,2);
INSERT INTO "article_runs" VALUES(1693733038,1);
INSERT INTO "article_runs" VALUES(1693733038,2);
INSERT INTO "article_runs" VALUES(1801102747,1);
INSERT INTO "article_runs" VALUES(1801102747,2);
INSERT INTO "article_runs" VALUES(2147097846,1);
INSERT INTO "article_runs" VALUES(2147097846,2);
INSERT INTO "article_runs" VALUES(2211018093,1);
INSERT INTO "article_runs" VALUES(2211018093,2);
INSERT INTO "article_runs" VALUES(2646817217,1);
INSERT INTO "article_runs" VALUES(2646817217,2);
INSERT INTO "article_runs" VALUES(2908941422,1);
INSERT INTO "article_runs" VALUES(2908941422,2);
INSERT INTO "article_runs" VALUES(2963871401,1);
INSERT INTO "article_runs" VALUES(2963871401,2);
INSERT INTO "article_runs" VALUES(3366469343,1);
INSERT INTO "article_runs" VALUES(3366469343,2);
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
CREATE INDEX "idx_groups_articles"
    ON "groups" ("articles");
CREATE INDEX "idx_groups_publishers"
    ON "groups" ("publishers");
CREATE INDEX "idx_groups_claims"
    ON "groups" ("claims");
CREATE INDEX "idx_groups_first_published"
    ON "groups" ("first_published");
CREATE INDEX "idx_groups_first_claim"
    ON "groups" ("first_claim");
CREATE INDEX "idx_groups_merged_into"
    ON "groups" ("merged_into");
CREATE INDEX "idx_claim_groups_group_id"
    ON "claim_groups" ("group_id");
CREATE INDEX "idx_claim_groups_like_id"
    ON "claim_groups" ("like_id");
CREATE INDEX "idx_matters_contested_articles"
    ON "matters" ("contested", "articles");
CREATE INDEX "idx_matters_articles"
    ON "matters" ("articles");
CREATE INDEX "idx_matters_claims"
    ON "matters" ("claims");
CREATE INDEX "idx_matters_first_published"
    ON "matters" ("first_published");
CREATE INDEX "idx_matters_first_claim"
    ON "matters" ("first_claim");
CREATE INDEX "idx_claim_matters_matter_id"
    ON "claim_matters" ("matter_id");
CREATE INDEX "idx_claim_matters_like_id"
    ON "claim_matters" ("like_id");
CREATE INDEX "idx_claim_matters_side"
    ON "claim_matters" ("side");
CREATE INDEX "idx_reviews_made"
    ON "reviews" ("made");
CREATE INDEX "idx_reviews_author"
    ON "reviews" ("author");
CREATE INDEX "idx_reviews_action"
    ON "reviews" ("action");
CREATE INDEX "idx_reviews_subject"
    ON "reviews" ("subject");
CREATE INDEX "idx_reviews_undone"
    ON "reviews" ("undone");
CREATE INDEX "idx_found_claims_article_id"
    ON "found_claims" ("article_id");
CREATE INDEX "idx_found_claims_now_id"
    ON "found_claims" ("now_id");
CREATE INDEX "idx_speaker_stances_stance"
    ON "speaker_stances" ("stance");
CREATE INDEX "idx_speaker_stances_month"
    ON "speaker_stances" ("month");
CREATE INDEX "idx_speaker_stances_claims"
    ON "speaker_stances" ("claims");
CREATE INDEX "idx_speaker_stances_articles"
    ON "speaker_stances" ("articles");
CREATE INDEX "idx_outlet_stances_role"
    ON "outlet_stances" ("role");
CREATE INDEX "idx_outlet_stances_stance"
    ON "outlet_stances" ("stance");
CREATE INDEX "idx_outlet_stances_claims"
    ON "outlet_stances" ("claims");
CREATE INDEX "idx_outlet_stances_articles"
    ON "outlet_stances" ("articles");
CREATE INDEX "idx_relays_speaker_id"
    ON "relays" ("speaker_id");
CREATE INDEX "idx_relays_role"
    ON "relays" ("role");
CREATE INDEX "idx_relays_claims"
    ON "relays" ("claims");
CREATE INDEX "idx_relays_articles"
    ON "relays" ("articles");
CREATE INDEX "idx_speaker_names_name"
    ON "speaker_names" ("name");
CREATE INDEX "idx_speaker_names_kind"
    ON "speaker_names" ("kind");
CREATE INDEX "idx_speaker_names_claims"
    ON "speaker_names" ("claims");
CREATE INDEX "idx_outlet_names_name"
    ON "outlet_names" ("name");
CREATE INDEX "idx_outlet_names_claims"
    ON "outlet_names" ("claims");
CREATE INDEX "idx_claim_kinds_stance"
    ON "claim_kinds" ("stance");
CREATE INDEX "idx_claim_kinds_claims"
    ON "claim_kinds" ("claims");
CREATE INDEX "idx_articles_agency"
    ON "articles" ("agency");
CREATE INDEX "idx_articles_author"
    ON "articles" ("author");
CREATE INDEX "idx_articles_modified"
    ON "articles" ("modified");
CREATE INDEX "idx_articles_text_hash"
    ON "articles" ("text_hash");
CREATE INDEX "idx_articles_superseded_by"
    ON "articles" ("superseded_by");
CREATE INDEX "idx_articles_address"
    ON "articles" ("address");
CREATE INDEX idx_claims_superseded ON claims (superseded) WHERE superseded = 1;
CREATE INDEX "idx_article_copies_copy_id"
    ON "article_copies" ("copy_id");
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
  articles.agency,
  articles.label AS article,
  claims.type,
  claims.superseded,
  claims.link,
  claims.id AS claim_id,
  claims.rowid AS rowid
FROM claims LEFT JOIN articles ON articles.id = claims.article_id;
CREATE VIEW "who_relays_whom" AS SELECT
  outlets.name AS outlet,
  speakers.name AS speaker,
  relays.role,
  relays.claims,
  relays.articles
FROM relays
LEFT JOIN outlets ON outlets.id = relays.outlet_id
LEFT JOIN speakers ON speakers.id = relays.speaker_id;
CREATE VIEW "who_says_how" AS SELECT
  speakers.name AS speaker,
  nullif(speaker_stances.month, '') AS month,
  speaker_stances.stance,
  speaker_stances.claims,
  speaker_stances.articles
FROM speaker_stances LEFT JOIN speakers ON speakers.id = speaker_stances.speaker_id;
CREATE VIEW "who_carries_what" AS SELECT
  outlets.name AS outlet,
  outlet_stances.role,
  outlet_stances.stance,
  outlet_stances.claims,
  outlet_stances.articles
FROM outlet_stances LEFT JOIN outlets ON outlets.id = outlet_stances.outlet_id;
CREATE VIEW "same_words" AS SELECT
  groups.text AS quotation,
  (SELECT group_concat(value, ', ') FROM json_each(claims.speakers)) AS speaker,
  claims.published AS date,
  articles.publisher,
  claims.text AS wording,
  claim_groups.changes,
  groups.articles,
  articles.label AS article,
  claims.link,
  claim_groups.group_id,
  claim_groups.claim_id
FROM claim_groups
LEFT JOIN groups ON groups.id = claim_groups.group_id
LEFT JOIN claims ON claims.id = claim_groups.claim_id
LEFT JOIN articles ON articles.id = claims.article_id
WHERE groups.articles > 1;
CREATE VIEW "first_to_report" AS SELECT
  groups.text AS quotation,
  (SELECT group_concat(value, ', ') FROM json_each(groups.speakers)) AS speaker,
  groups.first_published AS date,
  (
    SELECT group_concat(DISTINCT articles.publisher)
    FROM claim_groups
    LEFT JOIN claims ON claims.id = claim_groups.claim_id
    LEFT JOIN articles ON articles.id = claims.article_id
    WHERE claim_groups.group_id = groups.id AND articles.published = groups.first_published
  ) AS first_publisher,
  groups.publishers,
  groups.articles,
  groups.last_published AS last_date,
  groups.id AS group_id
FROM groups
WHERE groups.articles > 1 AND groups.first_published IS NOT NULL;
CREATE VIEW "contested" AS SELECT
  matters.text AS matter,
  (SELECT group_concat(value, ', ') FROM json_each(matters.asserted_by)) AS asserted_by,
  (SELECT group_concat(value, ', ') FROM json_each(matters.denied_by)) AS denied_by,
  (SELECT group_concat(value, ', ') FROM json_each(matters.doubted_by)) AS doubted_by,
  matters.claims,
  matters.articles,
  matters.first_published AS date,
  matters.last_published AS last_date,
  matters.id AS matter_id
FROM matters
WHERE matters.contested = 1;
CREATE VIEW "for_and_against" AS SELECT
  matters.text AS matter,
  claim_matters.side,
  (SELECT group_concat(value, ', ') FROM json_each(claims.speakers)) AS speaker,
  claims.stance,
  claims.text AS claim,
  claims.published AS date,
  articles.publisher,
  claim_matters.reason,
  claim_matters.score,
  articles.label AS article,
  claims.link,
  claim_matters.matter_id,
  claim_matters.claim_id
FROM claim_matters
LEFT JOIN matters ON matters.id = claim_matters.matter_id
LEFT JOIN claims ON claims.id = claim_matters.claim_id
LEFT JOIN articles ON articles.id = claims.article_id;
CREATE VIEW "reviewed" AS SELECT
  reviews.made,
  reviews.author,
  reviews.action,
  coalesce(claims.text, json_extract(found_claims.record, '$.text'), speakers.name, outlets.name)
    AS subject,
  CASE reviews.action
    WHEN 'stance' THEN json_extract(found_claims.record, '$.stance')
    WHEN 'content' THEN json_extract(found_claims.record, '$.text')
    WHEN 'speaker' THEN (
      SELECT group_concat(json_extract(value, '$.name'), ', ')
      FROM json_each(found_claims.record, '$.speakers')
    )
    WHEN 'outlet' THEN (
      SELECT group_concat(json_extract(value, '$.name') || ' (' || json_extract(value, '$.role') || ')', ', ')
      FROM json_each(found_claims.record, '$.outlets')
    )
  END AS machine,
  CASE
    WHEN reviews.action IN ('same speaker', 'same outlet') THEN json_extract(reviews.value, '$[1]')
    WHEN reviews.action = 'content' THEN now.text
    ELSE reviews.value
  END AS person,
  reviews.note,
  reviews.url,
  reviews.date,
  reviews.undone,
  coalesce(found_claims.now_id, reviews.subject) AS claim_id,
  reviews.id AS review_id
FROM reviews
LEFT JOIN claims ON claims.id = reviews.subject
LEFT JOIN found_claims ON found_claims.claim_id = reviews.subject
LEFT JOIN claims AS now ON now.id = found_claims.now_id
LEFT JOIN speakers ON speakers.id = reviews.subject
LEFT JOIN outlets ON outlets.id = reviews.subject;
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
INSERT INTO articles_fts(articles_fts) VALUES('rebuild');
INSERT INTO claims_fts(claims_fts) VALUES('rebuild');
