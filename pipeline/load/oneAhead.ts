/** The same items; while one is being worked on, the next is already asked for. */
export async function* oneAhead<Item>(items: AsyncGenerator<Item>): AsyncGenerator<Item> {
  let next = items.next();
  try {
    while (true) {
      const item = await next;
      if (item.done === true) return;
      next = items.next();
      // Its failure is reported when it is awaited; until then it is not unhandled.
      next.catch(() => undefined);
      yield item.value;
    }
  } finally {
    // Let go of what the generator holds, after the item under way.
    await next.catch(() => undefined);
    await items.return(undefined);
  }
}
