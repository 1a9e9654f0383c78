/** The middle one; of an even number the lower of the two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

export const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

/** `--name value` of the command line. */
export function option(name: string, otherwise: string): string {
  const at = process.argv.indexOf(`--${name}`);
  return process.argv[at + 1] !== undefined && at > 0 ? (process.argv[at + 1] as string) : otherwise;
}

/** A line for people; a benchmark prints nothing else. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
