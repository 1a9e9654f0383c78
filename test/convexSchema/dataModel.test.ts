import type { DataModelFromSchemaDefinition, GenericDatabaseReader } from "convex/server";
import type { GenericId } from "convex/values";
import { describe, expectTypeOf, it } from "vitest";
import type { finalSchema } from "../../convex/schema/finalSchema.js";
import type { oldSchema } from "../../convex/schema/oldSchema.js";
import type { transitionalSchema } from "../../convex/schema/transitionalSchema.js";

type Old = DataModelFromSchemaDefinition<typeof oldSchema>;
type Transitional = DataModelFromSchemaDefinition<typeof transitionalSchema>;
type Final = DataModelFromSchemaDefinition<typeof finalSchema>;

describe("the data models an application's functions are typed by (checked by the compiler)", () => {
  it("knows fields, ids and enumerations exactly", () => {
    expectTypeOf<Final["tags"]["document"]["userId"]>().toEqualTypeOf<GenericId<"users"> | undefined>();
    expectTypeOf<Final["sources"]["document"]["sourceMetadataId"]>().toEqualTypeOf<GenericId<"sourceMetadata">>();
    expectTypeOf<Old["messages"]["document"]["role"]>().toEqualTypeOf<"user" | "assistant" | "system">();
    expectTypeOf<Final["toolCalls"]["document"]["_creationTime"]>().toEqualTypeOf<number>();
  });

  it("makes moved fields optional in the transitional model and drops them in the final one", () => {
    expectTypeOf<Old["projects"]["document"]["conversationIds"]>().toEqualTypeOf<GenericId<"conversations">[]>();
    expectTypeOf<Transitional["projects"]["document"]["conversationIds"]>().toEqualTypeOf<
      GenericId<"conversations">[] | undefined
    >();
    expectTypeOf<Final["projects"]["document"]>().not.toHaveProperty("conversationIds");
    expectTypeOf<Old["users"]["document"]["preferences"]["theme"]>().toEqualTypeOf<"light" | "dark">();
  });

  it("knows index names and their fields", () => {
    expectTypeOf<Transitional["messages"]["indexes"]["by_conversation_created"]>().toEqualTypeOf<
      ["conversationId", "createdAt", "_creationTime"]
    >();
    expectTypeOf<Old["messages"]["indexes"]>().not.toHaveProperty("by_conversation_created");
    expectTypeOf<Old["messages"]["searchIndexes"]["search_content"]["filterFields"]>().toEqualTypeOf<
      "conversationId" | "userId" | "role"
    >();
    expectTypeOf<Old["memories"]["vectorIndexes"]["by_embedding"]["vectorField"]>().toEqualTypeOf<"embedding">();
  });

  it("types a query through an index", () => {
    const read = (db: GenericDatabaseReader<Transitional>, messageId: GenericId<"messages">) =>
      db
        .query("toolCalls")
        .withIndex("by_message_partial", (q) => q.eq("messageId", messageId).eq("isPartial", false))
        .first();
    expectTypeOf(read).returns.resolves.toEqualTypeOf<Transitional["toolCalls"]["document"] | null>();
  });
});
