import type { Hash } from "node:crypto";
import { open } from "node:fs/promises";

/** Bytes read at a time. */
const readBytes = 1 << 20;

/** Takes a file into a hash, through one buffer: a stream's new one for every read would keep the collector busy beside a load. */
export async function hashFile(hash: Hash, path: string): Promise<void> {
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafeSlow(readBytes);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, readBytes);
      if (bytesRead === 0) return;
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
