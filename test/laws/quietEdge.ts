import type { Edge } from "../../pipeline/commands/edge.js";
import { plain } from "../../pipeline/terminal/paint.js";
import { quietScreen } from "../../pipeline/terminal/quietScreen.js";

/** What cli.ts gives a command, for a test that calls the commands in its own process and looks at files only. */
export function quietEdge(): Edge {
  return {
    signal: new AbortController().signal,
    environment: {},
    ask: async () => null,
    width: 100,
    paint: () => plain,
    screen: () => quietScreen,
  };
}
