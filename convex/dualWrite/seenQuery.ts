import type { StoredDocument } from "../documents.js";

type See = (document: StoredDocument) => Promise<StoredDocument>;

/** A query whose documents are looked at, each before the application sees it, whatever way it asks for them. */
export function seenQuery<Query extends object>(query: Query, see: See): Query {
  return new Proxy(query, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name);
      if (typeof found !== "function") return found;
      if (name === Symbol.asyncIterator) return () => seenOneByOne(target as AsyncIterable<StoredDocument>, see);
      return (...args: unknown[]) => {
        const answer: unknown = found.apply(target, args);
        if (answer instanceof Promise) return answer.then((result) => seenAnswer(result, see));
        // A query is refined step by step; each step gives a query again.
        return typeof answer === "object" && answer !== null ? seenQuery(answer, see) : answer;
      };
    },
  });
}

async function* seenOneByOne(documents: AsyncIterable<StoredDocument>, see: See): AsyncGenerator<StoredDocument> {
  for await (const document of documents) yield await see(document);
}

/** A document or none, an array of them, or a page. */
async function seenAnswer(answer: unknown, see: See): Promise<unknown> {
  if (typeof answer !== "object" || answer === null) return answer;
  if (Array.isArray(answer)) return await seenAll(answer as StoredDocument[], see);
  if ("page" in answer && Array.isArray(answer.page))
    return { ...answer, page: await seenAll(answer.page as StoredDocument[], see) };
  return "_id" in answer ? await see(answer as StoredDocument) : answer;
}

async function seenAll(documents: readonly StoredDocument[], see: See): Promise<StoredDocument[]> {
  const seen: StoredDocument[] = [];
  for (const document of documents) seen.push(await see(document));
  return seen;
}
