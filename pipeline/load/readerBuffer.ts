/**
 * The option of DuckDB's JSON readers for files whose longest line is known. Their buffers are twice this: smaller ones give the threads more
 * pieces to share, and take less memory.
 * @param longest bytes of the longest line
 */
export function readerBuffer(longest: number): string {
  return `maximum_object_size = ${Math.max(2 << 20, longest + 1024)}`;
}
