import { expect, it } from "vitest";
import { UnnestError } from "../../pipeline/errors.js";
import { inSqlFile } from "../../pipeline/run/inSqlFile.js";
import { memoryDatabase } from "../model/memoryDatabase.js";

const failing = (error: unknown): Promise<unknown> =>
  inSqlFile("model", "tags", () => Promise.reject(error)).catch((thrown: unknown) => thrown);

it("names the file of a statement that DuckDB refuses, and none of its values", async () => {
  const database = await memoryDatabase();
  const refused = await inSqlFile("model", "tags", () => database.run("SELECT 'secret' FROM nowhere")).catch(
    (error: unknown) => error,
  );
  database.close();
  expect(refused).toMatchObject({ code: "INTERNAL", place: { file: "sql/model/tags.sql" } });
  expect((refused as UnnestError).message).not.toContain("secret");
});

it("leaves what is not the statement's fault as it is", async () => {
  const known = new UnnestError("INTERRUPTED", "Stopped.");
  expect(await failing(known)).toBe(known);
  const full = new Error("IO Error: No space left on device");
  expect(await failing(full)).toBe(full);
});
