import { promisify } from "node:util";
import { constants, deflateRaw } from "node:zlib";

const deflateBlock = promisify(deflateRaw);

/** Bytes deflated by themselves: what a block cannot know of the one before costs a hundredth of this in size. */
const blockBytes = 1 << 20;

/** As many as Node has threads for such work. */
const blocksAtOnce = 4;

/**
 * The fastest level: a package is read once, by the import, and level 6 takes several times as long for a fifth less.
 * Larger chunks make no other bytes, only fewer of them.
 */
const options = { level: 1, chunkSize: blockBytes };

/**
 * Deflates a stream in blocks, several at a time, which together are one deflate stream: every block but the last ends on a whole byte
 * (`Z_SYNC_FLUSH`). The same content gives the same bytes, however it is cut into chunks.
 */
export async function* deflateBlocks(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const underWay: Promise<Buffer>[] = [];
  for await (const { block, isLast } of blocksOf(content)) {
    const finishFlush = isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
    const deflated = deflateBlock(block, { ...options, finishFlush }) as Promise<Buffer>;
    // A failure is reported when its turn comes; until then it is not unhandled.
    deflated.catch(() => undefined);
    underWay.push(deflated);
    for (const done of underWay.splice(0, underWay.length - blocksAtOnce + 1)) yield await done;
  }
  for (const deflated of underWay) yield await deflated;
}

/** Cuts a stream into blocks; of an empty one there is one, which is empty. */
async function* blocksOf(content: AsyncIterable<Buffer>): AsyncGenerator<{ block: Buffer; isLast: boolean }> {
  let gathered: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    for (let rest = chunk; rest.length > 0; ) {
      if (bytes === blockBytes) {
        yield { block: Buffer.concat(gathered), isLast: false };
        gathered = [];
        bytes = 0;
      }
      const part = rest.subarray(0, blockBytes - bytes);
      gathered.push(part);
      bytes += part.length;
      rest = rest.subarray(part.length);
    }
  }
  yield { block: Buffer.concat(gathered), isLast: true };
}
