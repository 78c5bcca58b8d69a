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
  articles.label AS article,
  claims.type,
  claims.link,
  claims.id AS claim_id,
  claims.rowid AS rowid
FROM claims LEFT JOIN articles ON articles.id = claims.article_id;

-- Which medium carries whose words, in what role, how often.
CREATE VIEW who_relays_whom AS
SELECT
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
