/** Finds a column by the bytes of a key, without making a string of them: there are twenty keys a document. */
export class ColumnIndex {
  /** Columns by the low bits of their names' hashes; few enough to share a slot seldom. */
  private readonly slots: (readonly { readonly bytes: Buffer; readonly column: number }[])[];

  constructor(names: readonly string[]) {
    const slots = Array.from({ length: 1024 }, (): { bytes: Buffer; column: number }[] => []);
    for (const [column, name] of names.entries()) {
      const bytes = Buffer.from(name);
      let hash = 0;
      for (const byte of bytes) hash = nextHash(hash, byte);
      slots[hash & 1023]?.push({ bytes, column });
    }
    this.slots = slots;
  }

  /**
   * @param hash of the key's bytes, by `nextHash` from 0
   * @returns the column's index; -1 for a key that names none
   */
  find(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const slot = this.slots[hash & 1023];
    if (slot === undefined) return -1;
    next: for (const entry of slot) {
      const name = entry.bytes;
      if (name.length !== end - start) continue;
      for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) continue next;
      return entry.column;
    }
    return -1;
  }
}

export function nextHash(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}
