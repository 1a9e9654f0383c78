import { type ErrorCode, UnnestError } from "../errors.js";
import { CallFailure, type CallFailureKind } from "./callFailure.js";

const codes: Readonly<Record<CallFailureKind, ErrorCode>> = {
  lost: "DEPLOYMENT_UNREACHABLE",
  overloaded: "DEPLOYMENT_BUSY",
  conflict: "DEPLOYMENT_BUSY",
  denied: "DEPLOYMENT_DENIED",
  refused: "CALL_REFUSED",
  failed: "CALL_FAILED",
  malformed: "ANSWER_MALFORMED",
};

/** A call's failure as the error a command ends with; everything else as it is. */
export function remoteError(error: unknown): unknown {
  if (!(error instanceof CallFailure)) return error;
  const { kind, message, path, status, code, requestId } = error;
  return new UnnestError(codes[kind], message, {
    function: path,
    status: status ?? undefined,
    code: code ?? undefined,
    requestId: requestId ?? undefined,
  });
}
