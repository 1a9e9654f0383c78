/** An answer other than 200, as the backend words it in JSON: `{"code", "message"}` (spec 9). */
export class HttpRefusal extends Error {
  override readonly name = "HttpRefusal";

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
