/** Who calls: the `Authorization` header of a request to a deployment (spec 9). */
import { hash, timingSafeEqual } from "node:crypto";
import type { JSONValue } from "convex/values";
import { z } from "zod";
import type { Caller } from "../callResult.js";
import { HttpRefusal } from "./httpRefusal.js";

const scheme = "convex ";
/** Says of what kind of deployment a key is, and is no part of the secret. */
const typePrefix = /^(?:prod|dev):/;

/** Whom an admin acts as. */
const actingIdentity = z.looseObject({
  subject: z.string(),
  issuer: z.string(),
  tokenIdentifier: z.string().optional(),
});

/**
 * The caller that a header stands for.
 * @param header null where there is none: anybody
 * @param adminKey of the deployment
 * Throws HttpRefusal: 400 for a header that is none, 401 for a key that is not the deployment's and for every token of a user, which
 * nobody here could check.
 */
export function callerOf(header: string | null, adminKey: string): Caller {
  if (header === null) return { admin: false };
  if (header.slice(0, scheme.length).toLowerCase() !== scheme) {
    if (/^bearer /i.test(header)) throw new HttpRefusal(401, "NoAuthProvider", "No auth provider checks tokens here");
    throw new HttpRefusal(400, "InvalidHeaderFailure", "Invalid authentication header");
  }
  // "prod:name|secret", with ":<identity>" behind it for an admin who acts as a user.
  const key = header.slice(scheme.length).replace(typePrefix, "");
  const colon = key.indexOf(":");
  const secret = colon === -1 ? key : key.slice(0, colon);
  if (!isSame(secret, adminKey.replace(typePrefix, ""))) {
    throw new HttpRefusal(401, "BadAdminKey", "The provided admin key was invalid for this instance");
  }
  return colon === -1 ? { admin: true } : { admin: true, identity: identityOf(key.slice(colon + 1)) };
}

/** Compares in a time that tells nothing of where two texts differ, nor of their lengths. */
function isSame(a: string, b: string): boolean {
  return timingSafeEqual(hash("sha256", a, "buffer"), hash("sha256", b, "buffer"));
}

function identityOf(base64: string): NonNullable<Caller["identity"]> {
  const parsed = actingIdentity.safeParse(parseJson(Buffer.from(base64, "base64").toString("utf8")));
  if (!parsed.success) throw new HttpRefusal(400, "HeaderParseFailure", "Malformed Authorization header.");
  const { subject, issuer, tokenIdentifier = `${issuer}|${subject}`, ...more } = parsed.data;
  return { ...(more as Record<string, JSONValue>), subject, issuer, tokenIdentifier };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
