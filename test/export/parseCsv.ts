/** The records of an RFC 4180 text; an empty cell without quotes is null. Throws where the text is not of that form. */
export function parseCsv(text: string): (string | null)[][] {
  const records: (string | null)[][] = [];
  let record: (string | null)[] = [];
  const cell = /"((?:[^"]|"")*)"(,|\r\n)|([^",\r\n]*)(,|\r\n)/y;
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const found = cell.exec(text);
    if (found === null) throw new SyntaxError(`no CSV at ${at}`);
    const [, quoted, endOfQuoted, plain, endOfPlain] = found;
    record.push(quoted !== undefined ? quoted.replaceAll('""', '"') : plain === "" ? null : (plain ?? null));
    if ((endOfQuoted ?? endOfPlain) === "\r\n") {
      records.push(record);
      record = [];
    }
  }
  if (record.length > 0) throw new SyntaxError("the last line has no end");
  return records;
}
