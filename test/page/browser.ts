/** Headless Chromium, where this machine has one. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

/** Path of the browser; null where none is installed. */
export const browserPath: string | null = findBrowser();

function findBrowser(): string | null {
  const folders = ["/usr/bin", ...(process.env.PATH ?? "").split(delimiter)].filter((folder) => folder !== "");
  const paths = folders.flatMap((folder) => ["chromium", "chromium-browser"].map((name) => join(folder, name)));
  return paths.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Nothing of its own goes onto a network. */
const flags = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, headless: true, args: flags });
}

export interface Opened {
  readonly page: Page;
  /** Errors on the console, and what no one caught. */
  readonly errors: readonly string[];
  /** Addresses asked for, besides the page itself. */
  readonly requests: readonly string[];
}

export interface Show {
  readonly width: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
}

/** Opens a file as a person would, and notes what goes wrong. */
export async function openPage(
  browser: Browser,
  url: string,
  { width, height = 900, colorScheme = "light" }: Show,
): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  const errors: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("request", (request) => {
    if (request.url() !== url) requests.push(request.url());
  });
  await page.goto(url);
  return { page, errors, requests };
}
