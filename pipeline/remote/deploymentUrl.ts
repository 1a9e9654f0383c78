import { isIPv4 } from "node:net";
import { UnnestError } from "../errors.js";

/**
 * A deployment's address as calls are sent to it: checked before the key goes anywhere.
 *
 * @returns without a slash at its end, as the client wants it
 * @throws UnnestError WRONG_URL for anything but https (http to this machine alone), for an address that carries credentials, a
 * query or a fragment, and for `.convex.site`, where an application's own HTTP actions live
 */
export function parseDeploymentUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  // The text itself is not repeated before this is known: it may hold a password.
  if (url === null) throw wrong("This is no url.");
  if (url.username !== "" || url.password !== "") throw wrong("The url carries credentials.", url);
  if (url.protocol !== "https:" && url.protocol !== "http:") throw wrong("The url is neither https nor http.", url);
  if (url.protocol === "http:" && !isLoopback(url)) throw wrong("Plain http is for this machine alone.", url);
  if (url.search !== "" || url.hash !== "") throw wrong("The url has a query or a fragment.", url);
  if (url.hostname.endsWith(".convex.site")) throw wrong("This is the address of HTTP actions.", url);
  url.pathname = url.pathname.replace(/\/+$/, "");
  return url;
}

/** Is this an address of this machine? */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || (isIPv4(hostname) && hostname.startsWith("127."));
}

/** The deployment's name where the address tells it: `https://happy-animal-123.convex.cloud`, with a region between or not. */
export function nameInUrl({ hostname }: URL): string | null {
  return hostname.endsWith(".convex.cloud") ? (hostname.split(".")[0] ?? null) : null;
}

function wrong(message: string, url?: URL): UnnestError {
  return new UnnestError("WRONG_URL", message, url === undefined ? {} : { host: url.host });
}
