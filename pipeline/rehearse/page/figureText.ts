import { formatBytes, formatCount, formatSeconds } from "../../terminal/quantities.js";
import type { RehearsedFigure } from "./rehearsed.js";

/** A figure's value in its unit. */
export function figureText({ value, unit }: Pick<RehearsedFigure, "value" | "unit">): string {
  switch (unit) {
    case "bytes":
      return formatBytes(Math.round(value));
    case "seconds":
      return formatSeconds(value);
    case "share":
      return `${(value * 100).toFixed(1)} %`;
    case "perSecond":
      return `${formatCount(Math.round(value))} a second`;
    case "count":
      return formatCount(Math.round(value * 1000) / 1000);
  }
}
