/** Numbers as a person reads them; the same on every machine, whatever its locale. */

const group = new Intl.NumberFormat("en-US");

/** `1,234,567`. */
export function formatCount(count: number): string {
  return group.format(count);
}

/** Bytes in the largest binary unit that keeps a digit before the point: `512 B`, `1.5 KiB`, `730.0 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** `0.4 s`, `12.0 s`, `3 min 20 s`. */
export function formatSeconds(seconds: number): string {
  if (Math.round(seconds * 10) < 600) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A time span of any length in its two largest units at most: `12 s`, `4 min`, `3 h 20 min`, `29 days`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}

/** A time in ms since 1970, to the minute: `2026-11-23 13:05 UTC`. */
export function formatTime(milliseconds: number): string {
  const time = new Date(milliseconds);
  return Number.isNaN(time.getTime()) ? "?" : `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
