/** A small run filled by hand: one user with a conversation, a message with an attachment, and one document that does not fit its schema. */
import { encodeId } from "../../pipeline/convexFormat/ids.js";
import type { Database } from "../../pipeline/db/database.js";

const idOf = (tableNumber: number, fill: number): string => encodeId(tableNumber, new Uint8Array(16).fill(fill));

export const ids = {
  user: idOf(10001, 1),
  conversation: idOf(10002, 2),
  message: idOf(10003, 3),
  brokenMessage: idOf(10003, 4),
  attachment: idOf(10004, 5),
  ofComponent: idOf(10001, 6),
  unknownRow: idOf(10003, 7),
  unknownTable: idOf(20000, 8),
};

export async function fillTracedRun(database: Database): Promise<void> {
  await database.run(`
    CREATE SCHEMA raw; CREATE SCHEMA normal; CREATE SCHEMA ledger; CREATE SCHEMA meta;
    CREATE TABLE meta.tables AS SELECT * FROM (VALUES ('users', '', 10001, 'users'), ('conversations', '', 10002, 'conversations'),
      ('messages', '', 10003, 'messages'), ('jobs', 'work/queue', 10001, '_components/work/_components/queue/jobs'),
      ('limits', 'work', 10004, '_components/work/limits')) AS t(name, component, number, raw);
    CREATE TABLE meta.table_numbers AS SELECT 'attachments' AS name, 10004 AS number, true AS minted;
    CREATE TABLE raw.users AS SELECT 1 AS _line, '${ids.user}' AS _id;
    CREATE TABLE raw.conversations AS SELECT 1 AS _line, '${ids.conversation}' AS _id;
    CREATE TABLE raw.messages AS SELECT * FROM (VALUES (1, '${ids.brokenMessage}'), (2, '${ids.message}')) AS t(_line, _id);
    CREATE TABLE raw."_components/work/_components/queue/jobs" AS SELECT 3 AS _line, '${ids.ofComponent}' AS _id;
    CREATE TABLE meta.misfits AS SELECT 'messages' AS "table", '${ids.brokenMessage}' AS _id, '/role' AS path, 'role is missing' AS reason;
    CREATE TABLE normal.attachments AS SELECT '${ids.attachment}' AS _id, 1.5::DOUBLE AS _creationTime, '${ids.message}' AS "messageId",
      '${ids.conversation}' AS "conversationId", '${ids.user}' AS "userId", 'no such file' AS "storageId", 'a.png' AS name, NULL AS metadata;
    CREATE TABLE ledger.entries AS SELECT 'phase-1' AS phase, 'unknown_field' AS code, 'kept' AS kind, 'messages' AS "table",
      '${ids.message}' AS "documentId", '/attachments/0/alt' AS path, '"red\\u001b[31m"'::JSON AS value, NULL::VARCHAR AS detail;
    CREATE TABLE meta.checks AS SELECT 'limits' AS name, 'failed' AS status, 1 AS violations,
      '[{"table":"attachments","_id":"${ids.attachment}","detail":"too large"}]'::JSON AS sample;
  `);
}
