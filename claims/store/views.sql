-- The read model. Each view is made again when its text here is not the one in the database.

-- One row a claim, for people: names and not ids.
CREATE VIEW who_said_what AS
SELECT
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

-- Which medium carries whose words, in what role, how often.
CREATE VIEW who_relays_whom AS
SELECT
  outlets.name AS outlet,
  speakers.name AS speaker,
  relays.role,
  relays.claims,
  relays.articles
FROM relays
LEFT JOIN outlets ON outlets.id = relays.outlet_id
LEFT JOIN speakers ON speakers.id = relays.speaker_id;

-- What each speaker does with what is said, month by month.
CREATE VIEW who_says_how AS
SELECT
  speakers.name AS speaker,
  nullif(speaker_stances.month, '') AS month,
  speaker_stances.stance,
  speaker_stances.claims,
  speaker_stances.articles
FROM speaker_stances LEFT JOIN speakers ON speakers.id = speaker_stances.speaker_id;

-- Claims of which stance each medium carries, and in what role.
CREATE VIEW who_carries_what AS
SELECT
  outlets.name AS outlet,
  outlet_stances.role,
  outlet_stances.stance,
  outlet_stances.claims,
  outlet_stances.articles
FROM outlet_stances LEFT JOIN outlets ON outlets.id = outlet_stances.outlet_id;

-- One quotation in several articles: how each of them has it.
CREATE VIEW same_words AS
SELECT
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

-- Who had a quotation first, and how far it went. Those that share the first date are all first.
CREATE VIEW first_to_report AS
SELECT
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

-- What somebody asserts or charges and somebody else denies.
CREATE VIEW contested AS
SELECT
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

-- Each claim of a matter with the side that it takes, and why it is there.
CREATE VIEW for_and_against AS
SELECT
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

-- What people said, beside what the machine says.
CREATE VIEW reviewed AS
SELECT
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

-- Words that do not stand in the article at their place. It must always be empty.
CREATE VIEW not_verbatim AS
SELECT spans.claim_id, spans.part, spans.words,
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
