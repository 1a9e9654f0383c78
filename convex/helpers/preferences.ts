/** Helpers for a user's preferences. Keys are those of rows: `theme`, `customInstructions.nickname`. */
import { ConvexError, type GenericValidator, type Value } from "convex/values";
import type { Fields } from "../../transforms/defineTransform.js";
import { openedPreferences, preferenceLimits } from "../../transforms/preferenceCatalogue.js";
import { preferenceKey, preferenceSegments } from "../../transforms/preferenceKey.js";
import { preferences } from "../../transforms/preferences.js";
import { isObject } from "../../transforms/sameValue.js";
import { withoutAbsent } from "../../transforms/withoutAbsent.js";
import { fits } from "../fits.js";
import { writesOldFields } from "../phases.js";
import { phaseOf } from "../sync/sync.js";
import { withRequired } from "../sync/withRequired.js";
import { movedField } from "../tableFacts.js";
import { editPart } from "./editPart.js";
import type { HelperContext } from "./helperContext.js";

type Preferences = Readonly<Record<string, Value | undefined>>;

/** Sets one preference; everything else stays. As `setPreferences`. */
export async function setPreference(ctx: HelperContext, userId: string, key: string, value: Value): Promise<void> {
  await setPreferences(ctx, userId, { [key]: value });
}

/**
 * Sets preferences; everything else stays. An object given for `customInstructions` or `reasoning` is merged field by field. A key
 * that no list names is taken with any value but null.
 *
 * @throws ConvexError `document_missing`, `invalid_preference`, `preference_too_long` and what `editPart` refuses
 */
export async function setPreferences(
  ctx: HelperContext,
  userId: string,
  values: Readonly<Record<string, Value>>,
): Promise<void> {
  const leaves = Object.entries(values).flatMap(([key, value]) => leavesOf(userId, key, value));
  for (const leaf of leaves) refuse(userId, leaf);
  await editPreferences(ctx, userId, (stored) => {
    const edited = new Map(Object.entries(stored));
    for (const { segments, value } of leaves) {
      const [head, inner] = segments;
      edited.set(head, inner === undefined ? value : { ...opened(edited.get(head)), [inner]: value });
    }
    return Object.fromEntries(edited);
  });
}

/** Merges fields into the custom instructions there are; those it does not name survive. As `setPreferences`. */
export async function setCustomInstructions(
  ctx: HelperContext,
  userId: string,
  fields: Readonly<Record<string, Value>>,
): Promise<void> {
  const named = Object.entries(fields).map(([field, value]) => [preferenceKey("customInstructions", field), value]);
  await setPreferences(ctx, userId, Object.fromEntries(named));
}

/**
 * Takes a preference away, so that it reads as its default; `customInstructions` and `reasoning` with all their fields.
 *
 * @throws ConvexError `document_missing`, `invalid_preference` for a text that is no key
 */
export async function resetPreference(ctx: HelperContext, userId: string, key: string): Promise<void> {
  const [head, inner] = segmentsOf(userId, key);
  await editPreferences(ctx, userId, (stored) => {
    if (inner === undefined) return { ...stored, [head]: undefined };
    const rest = withoutAbsent({ ...opened(stored[head]), [inner]: undefined });
    return { ...stored, [head]: Object.keys(rest).length === 0 ? undefined : rest };
  });
}

async function editPreferences(
  { unnest }: HelperContext,
  userId: string,
  edit: (stored: Preferences) => Preferences,
): Promise<void> {
  const { step } = phaseOf(unnest, preferences);
  await editPart(unnest, preferences, userId, (user): Fields => {
    const edited = withoutAbsent({ ...edit(opened(user.preferences)) });
    const fields = { preferences: Object.keys(edited).length === 0 ? undefined : edited };
    // The old field has required ones; rows are only what somebody chose.
    return writesOldFields(step) ? withRequired(preferences, fields) : fields;
  });
}

function opened(value: Value | undefined): Preferences {
  return isObject(value) ? value : {};
}

interface Leaf {
  readonly segments: Segments;
  readonly key: string;
  readonly value: Value;
}

type Segments = readonly [head: string, inner?: string];

const openedNames: readonly string[] = openedPreferences;

function leavesOf(userId: string, key: string, value: Value): Leaf[] {
  const segments = segmentsOf(userId, key);
  const [head, inner] = segments;
  if (inner !== undefined || !openedNames.includes(head) || !isObject(value)) return [{ segments, key, value }];
  return Object.entries(withoutAbsent(value)).flatMap(([field, found]) =>
    leavesOf(userId, preferenceKey(head, field), found),
  );
}

/** @throws ConvexError `invalid_preference` for a key that no row can have, or a field name that Convex cannot hold */
function segmentsOf(userId: string, key: string): Segments {
  const [head = "", inner, ...more] = preferenceSegments(key);
  const isKey =
    more.length === 0 && isName(head) && (inner === undefined || (openedNames.includes(head) && isName(inner)));
  if (!isKey) throw new ConvexError({ code: "invalid_preference", userId, key });
  return inner === undefined ? [head] : [head, inner];
}

/** Printable ASCII, not starting with `$` (spec 1); `__proto__` is one that JavaScript objects treat apart. */
function isName(text: string): boolean {
  return /^(?!\$)[ -~]{1,1024}$/.test(text) && text !== "__proto__";
}

function refuse(userId: string, { segments, key, value }: Leaf): void {
  const validator = validatorOf(segments);
  if (value === null || (validator !== undefined && !fits(validator, value)))
    throw new ConvexError({ code: "invalid_preference", userId, key });
  const limit = preferenceLimits.get(key);
  if (limit !== undefined && typeof value === "string" && value.length > limit)
    throw new ConvexError({ code: "preference_too_long", userId, key, limit });
}

/** How the old schema declares a preference; undefined for one that it does not name. */
function validatorOf([head, inner]: Segments): GenericValidator | undefined {
  const validator = fieldOf(movedField("users", "preferences").was, head);
  return inner === undefined || validator === undefined ? validator : fieldOf(validator, inner);
}

function fieldOf(validator: GenericValidator, name: string): GenericValidator | undefined {
  const { fields = {} } = validator as { readonly fields?: Readonly<Record<string, GenericValidator>> };
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
