import type { Sync } from "./sync.js";

/**
 * Runs work that reads and then writes after all such work of this transaction that was begun before. An application may write with
 * `Promise.all`; two syncs of one part at once would each insert its rows. Work must not wait for further work in turn.
 */
export async function inTurn<T>(sync: Pick<Sync, "turns">, work: () => Promise<T>): Promise<T> {
  const mine = sync.turns.last.then(work);
  sync.turns.last = mine.catch(() => undefined);
  return await mine;
}
