import { type Archive, openArchive } from "../convexFormat/archive.js";
import type { WrittenFile } from "../convexFormat/archiveWriter.js";
import type { StoredFile } from "../convexFormat/storedFile.js";
import type { StageContext } from "../stage.js";

/** Does some work with the snapshot's archive, open. */
export async function withArchive<Result>(path: string, work: (archive: Archive) => Promise<Result>): Promise<Result> {
  const archive = await openArchive(path);
  try {
    return await work(archive);
  } finally {
    await archive.close();
  }
}

/** The uploaded files that a sample lists, as far as the snapshot holds them, under their ids in the sample. Needs `sample.ids`. */
export async function keptFiles({ database }: StageContext, { storage }: Archive): Promise<readonly WrittenFile[]> {
  const ids = await database.rows<{ _id: string; sampleId: string }>(
    `SELECT _id, sampleId FROM sample.ids WHERE "table" = '_storage' ORDER BY sampleId`,
  );
  return ids.flatMap(({ _id, sampleId }): WrittenFile[] => {
    const file = storage.files.get(_id);
    if (file === undefined) return [];
    const extension = file.path.slice(file.path.lastIndexOf("/") + 1 + _id.length);
    return [{ name: `${sampleId}${extension}`, content: contentOf(file) }];
  });
}

/** Opened when it is its turn. */
async function* contentOf(file: StoredFile): AsyncGenerator<Buffer> {
  for await (const chunk of await file.open()) yield chunk as Buffer;
}
