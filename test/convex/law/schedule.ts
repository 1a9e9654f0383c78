/** What can happen, in any order. A schedule is data, so that a counter-example can be printed, kept and played again. */
import fc from "fast-check";
import { phases } from "../../../convex/phases.js";

/** `helper` and `wrapped` are the two ways of an application, `raw` is past the wrapper: an import, or the dashboard. */
export type Way = "helper" | "wrapped" | "raw";

/**
 * Documents are named by a number: which of those there are, counted round; phases are those in which an operator can do so. `busy` is a
 * transaction of which syncs get no share, so that they become jobs. `many` is a mutation that writes every message.
 */
export type Event =
  | {
      readonly do: "send";
      readonly way: Way;
      readonly conversation: number;
      readonly calls: number;
      readonly urls: readonly number[];
    }
  | { readonly do: "stream"; readonly message: number; readonly call: number }
  | { readonly do: "complete"; readonly message: number; readonly tokens: number }
  | { readonly do: "edit"; readonly way: Way; readonly message: number; readonly calls: readonly number[] }
  | { readonly do: "cite"; readonly message: number; readonly urls: readonly number[] }
  | { readonly do: "text"; readonly message: number }
  | { readonly do: "delete"; readonly way: Way; readonly message: number }
  | { readonly do: "branch"; readonly message: number; readonly conversation: number }
  | { readonly do: "tag"; readonly way: Way; readonly bookmark: number; readonly tags: readonly string[] }
  | { readonly do: "unbookmark"; readonly way: Way; readonly bookmark: number }
  | { readonly do: "move"; readonly way: Way; readonly conversation: number; readonly project: number | null }
  | { readonly do: "order"; readonly way: Way; readonly project: number; readonly conversations: readonly number[] }
  | { readonly do: "prefer"; readonly way: Way; readonly user: number; readonly key: string; readonly value: string }
  | { readonly do: "replace"; readonly message: number }
  | { readonly do: "attach"; readonly way: Way; readonly message: number }
  | { readonly do: "carry"; readonly way: Way; readonly message: number; readonly conversation: number }
  | { readonly do: "drop"; readonly way: Way; readonly conversation: number }
  | { readonly do: "many"; readonly how: "stamp" | "resave" | "purge"; readonly conversation: number }
  | { readonly do: "scrap"; readonly way: Way; readonly project: number }
  | { readonly do: "leave"; readonly way: Way; readonly user: number }
  | { readonly do: "rename"; readonly tag: number; readonly to: string }
  | { readonly do: "merge"; readonly tag: number; readonly into: number }
  | { readonly do: "append"; readonly to: "tags" | "calls"; readonly bookmark: number; readonly message: number }
  | { readonly do: "shorten"; readonly bookmark: number }
  | { readonly do: "note"; readonly bookmark: number; readonly tags: "undefined" | "empty" }
  | { readonly do: "finish"; readonly message: number }
  | { readonly do: "shelve"; readonly conversation: number; readonly project: number }
  | { readonly do: "cache"; readonly conversation: number }
  | { readonly do: "tidy" }
  | { readonly do: "join" }
  | { readonly do: "busy"; readonly on: boolean }
  | { readonly do: "step"; readonly phase: number; readonly to: "dual-write" | "shadow" | "new-then-old" | "new" }
  | { readonly do: "give"; readonly way: Way; readonly conversation: number; readonly user: number }
  | { readonly do: "snapshot" }
  | { readonly do: "import"; readonly batch: number; readonly cut: boolean }
  | { readonly do: "fold" }
  | { readonly do: "jobs" }
  | { readonly do: "delta" }
  | { readonly do: "cleanup" | "rebuild" | "abort" | "start"; readonly phase: number; readonly pages: number };

const index = fc.nat(7);
const way = fc.constantFrom<Way>("helper", "wrapped", "raw");
const urls = fc.array(fc.nat(3), { maxLength: 3 });
const spellings = ["Work", "work", " work ", "Work/Project", "work//project/", "", "Home", "home/Garden"];
const phase = fc.nat(phases.length - 1);

/** Users are busier than operators. */
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant("send"), way, conversation: index, calls: fc.nat(2), urls } as const),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("stream"), message: index, call: fc.nat(3) } as const) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("complete"), message: index, tokens: fc.nat(9) } as const) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("edit"),
      way,
      message: index,
      calls: fc.array(fc.nat(3), { maxLength: 3 }),
    } as const),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("cite"), message: index, urls } as const) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("text"), message: index } as const) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("delete"), way, message: index } as const) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("branch"), message: index, conversation: index } as const) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("tag"),
      way,
      bookmark: index,
      tags: fc.array(fc.constantFrom(...spellings), { maxLength: 4 }),
    } as const),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("unbookmark"), way, bookmark: index } as const) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("move"), way, conversation: index, project: fc.option(index) } as const),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("order"),
      way,
      project: index,
      conversations: fc.array(index, { maxLength: 4 }),
    } as const),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("prefer"),
      way,
      user: index,
      key: fc.constantFrom("theme", "codeTheme", "customInstructions.nickname"),
      value: fc.constantFrom("dark", "light"),
    } as const),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("replace"), message: index } as const) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("attach"), way, message: index } as const) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("carry"), way, message: index, conversation: index } as const),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("drop"), way, conversation: index } as const) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("many"),
      how: fc.constantFrom("stamp", "resave", "purge"),
      conversation: index,
    } as const),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("scrap"), way, project: index } as const) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("leave"), way, user: index } as const) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("rename"), tag: index, to: fc.constantFrom("Job", "home", "A/b") } as const),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("merge"), tag: index, into: index } as const) },
  // As applications are written: read, change, write back; undefined for what is not there; caches and copies kept by hand.
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("append"),
      to: fc.constantFrom("tags", "calls"),
      bookmark: index,
      message: index,
    } as const),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("shorten"), bookmark: index } as const) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("note"),
      bookmark: index,
      tags: fc.constantFrom("undefined", "empty"),
    } as const),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("finish"), message: index } as const) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("shelve"), conversation: index, project: index } as const) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cache"), conversation: index } as const) },
  { weight: 1, arbitrary: fc.constant({ do: "tidy" } as const) },
  { weight: 1, arbitrary: fc.constant({ do: "join" } as const) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("busy"), on: fc.boolean() } as const) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("step"),
      phase,
      to: fc.constantFrom("dual-write", "shadow", "new-then-old", "new"),
    } as const),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("give"), way, conversation: index, user: index } as const) },
  { weight: 3, arbitrary: fc.constant({ do: "snapshot" } as const) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("import"), batch: fc.nat(30), cut: fc.boolean() } as const) },
  { weight: 3, arbitrary: fc.constant({ do: "fold" } as const) },
  { weight: 2, arbitrary: fc.constant({ do: "jobs" } as const) },
  { weight: 1, arbitrary: fc.constant({ do: "delta" } as const) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom("cleanup", "cleanup", "rebuild", "abort", "start"),
      phase,
      pages: fc.nat(6),
    } as const),
  },
);

export const schedule: fc.Arbitrary<readonly Event[]> = fc.array(event, {
  ...{ minLength: 5, maxLength: 40, size: "medium" },
});
