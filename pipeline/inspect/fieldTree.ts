import { FieldNode, kindIndex } from "./fieldNode.js";

/** More names than this in one nested object: it is used as a record, and its keys are data, not fields. */
const maxNestedFields = 100;
/** Convex's own limit for one object; a table whose documents have more names between them has no fields to speak of. */
const maxTopLevelFields = 1024;
/** Convex's own limit; a longer name is data of somebody who made a file. */
const longestName = 1024;
/** Paths of one table: beyond them every nested object that shows a new name becomes a record. */
const maxPaths = 5000;

/** All paths of one table, bounded in number. */
export class FieldTree {
  /** Where the counters of a node that became part of another went. */
  private readonly merged = new Map<number, FieldNode>();
  private nextId = 1;
  private paths = 0;
  readonly root = new FieldNode(0, "");
  /** The documents' own system fields. */
  readonly idField = this.child(this.root, "_id");
  readonly creationTimeField = this.child(this.root, "_creationTime");

  /** The node for field `key` of the objects at `parent`. The parent becomes a record when it has too many names. */
  child(parent: FieldNode, key: string): FieldNode {
    const known = parent.children.get(key) ?? parent.anyKey;
    if (known !== null) return known;
    const isRoot = parent === this.root;
    const limit = isRoot ? maxTopLevelFields : maxNestedFields;
    const isTooMany = parent.children.size >= limit || (this.paths >= maxPaths && !isRoot);
    if (isTooMany || key.length > longestName) return this.makeRecord(parent).anyKey;
    const node = this.create(key);
    parent.children.set(key, node);
    return node;
  }

  /** The node for the elements of the arrays at `parent`. */
  elementsOf(parent: FieldNode): FieldNode {
    parent.elements ??= this.create("[]");
    return parent.elements;
  }

  /** From now on the names in the objects at `parent` are not told apart; those seen so far become one. */
  makeRecord(parent: FieldNode): { anyKey: FieldNode; keys: FieldNode } {
    const anyKey = parent.anyKey ?? this.create("*");
    const keys = parent.keys ?? this.create("{key}");
    parent.anyKey = anyKey;
    parent.keys = keys;
    parent.firstChild = null;
    for (const child of parent.children.values()) {
      // Whatever a table's documents are, their system fields stay told apart.
      if (child === this.idField || child === this.creationTimeField) continue;
      countKeys(keys, child);
      this.merge(child, anyKey);
      parent.children.delete(child.key);
    }
    return { anyKey, keys };
  }

  /** Ids of nodes that became part of others, and the nodes that hold their values now. */
  *redirections(): Generator<readonly [from: number, to: number]> {
    for (const [from, into] of this.merged) {
      let to = into;
      for (let next = this.merged.get(to.id); next !== undefined; next = this.merged.get(to.id)) to = next;
      yield [from, to.id];
    }
  }

  private create(key: string): FieldNode {
    this.paths++;
    return new FieldNode(this.nextId++, key);
  }

  /** Adds all that `from` counted to `into`; documents are not additive and stay out (they are not reported there). */
  private merge(from: FieldNode, into: FieldNode): void {
    this.paths--;
    this.merged.set(from.id, into);
    for (const [index, count] of from.counts.entries()) into.counts[index] = (into.counts[index] ?? 0) + count;
    into.bytes += from.bytes;
    into.nestedBytes += from.nestedBytes;
    into.arrayElements += from.arrayElements;
    into.longestArray = Math.max(into.longestArray, from.longestArray);
    into.objectFields += from.objectFields;
    into.largestObject = Math.max(into.largestObject, from.largestObject);
    if (from.elements !== null) this.merge(from.elements, this.elementsOf(into));
    if (from.anyKey !== null && from.keys !== null) {
      const record = this.makeRecord(into);
      this.merge(from.anyKey, record.anyKey);
      this.merge(from.keys, record.keys);
    }
    for (const [key, child] of from.children) {
      const same = this.child(into, key);
      if (into.keys !== null) countKeys(into.keys, child);
      this.merge(child, same);
    }
  }
}

/** Counts the name of a field that becomes data: once for every value it had. */
function countKeys(keys: FieldNode, child: FieldNode): void {
  const { values } = child;
  keys.counts[kindIndex.string] = (keys.counts[kindIndex.string] ?? 0) + values;
  keys.bytes += values * (child.keyBytes.length + 2);
}
