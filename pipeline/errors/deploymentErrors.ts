import type { CatalogueEntry } from "./catalogueEntry.js";

/** A deployment, and the way to it. */
export const deploymentErrors = {
  WRONG_URL: {
    exit: 2,
    retry: "final",
    remedy:
      "Give the deployment's own url with `--url`, CONVEX_URL or CONVEX_SELF_HOSTED_URL, as `https://happy-animal-123.convex.cloud`; plain http goes to this machine alone.",
  },
  KEY_MISSING: {
    exit: 2,
    retry: "final",
    remedy:
      "Set CONVEX_DEPLOY_KEY or CONVEX_SELF_HOSTED_ADMIN_KEY, or name a file of yours that holds the key with `--key-file`; the dashboard gives keys in the deployment's settings.",
  },
  WRONG_KEY: {
    exit: 2,
    retry: "final",
    remedy:
      "A deployment's own key reads `prod:name|secret`, `dev:name|secret` or `name|secret`. Copy it whole, from the deployment's settings.",
  },
  KEY_FILE_OPEN: {
    exit: 2,
    retry: "final",
    remedy: "Close it to everybody but yourself: `chmod 600 <file>`. If others could read it, make a new key.",
  },
  KEY_OF_ANOTHER_DEPLOYMENT: {
    exit: 2,
    retry: "final",
    remedy: "Give the url and the key of one deployment. Nothing was sent.",
  },
  CONFIRMATION_MISSING: {
    exit: 2,
    retry: "final",
    remedy: "Nothing was changed. `--dry-run` shows what would be.",
  },
  DEPLOYMENT_WITHOUT_FUNCTIONS: {
    exit: 3,
    retry: "final",
    remedy:
      "Mount the functions in the application's `convex/unnest.ts` (convex/README.md, Inside the application), deploy, and check `--url` and `--mount`. If they are there, the deployment's log tells why `status` failed.",
  },
  DEPLOYMENT_VERSION: {
    exit: 3,
    retry: "final",
    remedy: "Deploy the application with this version of unnest, or use the version it was deployed with.",
  },
  DEPLOYMENT_DENIED: {
    exit: 2,
    retry: "final",
    remedy: "Check that the key is this deployment's and was not revoked. Nothing was changed by this call.",
  },
  DEPLOYMENT_UNREACHABLE: {
    exit: 5,
    retry: "retryable",
    remedy: "Check `--url` and the network, then start the same command again: what is done is not done twice.",
  },
  DEPLOYMENT_BUSY: {
    exit: 5,
    retry: "retryable",
    remedy: "Start the same command again when the deployment has less to do: what is done is not done twice.",
  },
  CALL_REFUSED: {
    exit: 4,
    retry: "final",
    remedy: "`unnest status` shows where each phase is; another command may have moved it meanwhile.",
  },
  CALL_FAILED: {
    exit: 5,
    retry: "retryable",
    remedy:
      "The deployment's log tells why, under the request id or the function's name. Then start the same command again: what is done is not done twice.",
  },
  STEP_REFUSED: {
    exit: 4,
    retry: "retryable",
    remedy: "Deal with the reasons; `unnest status` shows them all.",
  },
  DOCUMENTS_LEFT: {
    exit: 4,
    retry: "retryable",
    remedy:
      "Deal with the documents named above (`unnest status --retry-jobs` gives jobs that were set aside another try), then start the same command again.",
  },
  PARTS_DIFFER: {
    exit: 4,
    retry: "final",
    remedy:
      "Export again, then `unnest delta <snapshot>` and `unnest import --delta`; documents are never changed by it.",
  },
  ANSWER_MALFORMED: {
    exit: 3,
    retry: "final",
    remedy: "Check that the url is a Convex deployment's and that nothing between here and there answers in its place.",
  },
} as const satisfies Record<string, CatalogueEntry>;
