/** What a parts worker is told and what it answers; the same in a thread and inline. */
import { rmSync } from "node:fs";
import { loadModel } from "../model/loadModel.js";
import { encodeDocuments } from "./encodeDocuments.js";
import { EncodedFiles } from "./encodedFiles.js";
import { type EnvironmentFacts, environmentOf } from "./environment.js";
import { fileLines } from "./fileLines.js";
import { DocumentMapper, type MovedSizes, type Tallies } from "./mapDocuments.js";
import { Outputs } from "./outputs.js";
import { planPasses, planRebuilds } from "./passes.js";
import { type Mismatch, rebuildDocuments } from "./rebuildDocuments.js";
import { ledgerRelation, relationColumns } from "./relations.js";
import { readStoredLines, type StoredFiles } from "./storedLine.js";

export interface PartsConfiguration {
  readonly options: readonly string[];
  readonly facts: EnvironmentFacts;
  /** Where a worker writes its files. */
  readonly directory: string;
}

/** Map the documents of a file that `passQuery` filled. The worker removes the file. */
interface MapRequest {
  readonly kind: "map";
  /** Place in `planPasses`. */
  readonly pass: number;
  readonly file: string;
}

/** Rebuild old fields from stored rows; with `decide`, write an `original` entry for each field that does not come back. */
interface RebuildRequest {
  readonly kind: "rebuild";
  /** Place in `planRebuilds`. */
  readonly pass: number;
  /** The worker removes them. */
  readonly files: StoredFiles;
  readonly decide: boolean;
}

/** Encode the parts of a file's documents as a deployment takes them. The worker removes the file, which a weighed `passQuery` filled. */
interface EncodeRequest {
  readonly kind: "encode";
  /** Place in `planPasses`. */
  readonly pass: number;
  readonly file: string;
}

export type PartsRequest = MapRequest | RebuildRequest | EncodeRequest;

/** What came of one request. */
export interface PartsAnswer {
  readonly mismatches: readonly Mismatch[];
  /** What was written, by relation, or, of encoded parts, by phase; whoever asked removes the files. */
  readonly files: Readonly<Record<string, string>>;
  readonly tallies: Tallies;
  /** By table. */
  readonly moved: Readonly<Record<string, MovedSizes>>;
}

/** The work of one worker. It keeps nothing from one request to the next. */
export class PartsJob {
  private readonly model = loadModel();
  private readonly passes;
  private readonly rebuilds;
  private readonly environment;
  private requests = 0;

  constructor(
    private readonly configuration: PartsConfiguration,
    private readonly worker: number,
  ) {
    this.passes = planPasses(configuration.options);
    this.rebuilds = planRebuilds(this.model, configuration.options);
    this.environment = environmentOf(configuration.facts);
  }

  run(request: PartsRequest): PartsAnswer {
    const prefix = `${this.worker}-${this.requests++}`;
    if (request.kind === "encode") return this.encode(request, prefix);
    const outputs = new Outputs(this.configuration.directory, prefix, (relation) =>
      relationColumns(this.model, relation),
    );
    return request.kind === "map" ? this.map(request, outputs) : this.rebuild(request, outputs);
  }

  private map({ pass, file }: MapRequest, outputs: Outputs): PartsAnswer {
    const { tableNumbers } = this.configuration.facts;
    const mapper = new DocumentMapper(this.model, outputs, this.environment, tableNumbers);
    try {
      mapper.map(at(this.passes, pass), fileLines(file));
    } finally {
      rmSync(file);
    }
    return { mismatches: [], files: outputs.close(), tallies: mapper.tallies, moved: mapper.moved };
  }

  private encode({ pass, file }: EncodeRequest, prefix: string): PartsAnswer {
    const written = new EncodedFiles(this.configuration.directory, prefix);
    try {
      encodeDocuments(this.model, this.environment, at(this.passes, pass), fileLines(file), (phase, part, text) =>
        written.write(phase, part, text),
      );
    } finally {
      rmSync(file);
    }
    return { mismatches: [], files: written.close(), tallies: {}, moved: {} };
  }

  private rebuild({ pass, files, decide }: RebuildRequest, outputs: Outputs): PartsAnswer {
    try {
      const { mismatches, originals } = rebuildDocuments(at(this.rebuilds, pass), readStoredLines(files), decide);
      for (const entry of originals) outputs.write(ledgerRelation, entry);
      return { mismatches, files: outputs.close(), tallies: {}, moved: {} };
    } finally {
      for (const file of [files.documents, ...Object.values(files.rows)]) rmSync(file);
    }
  }
}

function at<Planned>(passes: readonly Planned[], index: number): Planned {
  const pass = passes[index];
  if (pass === undefined) throw new RangeError(`no pass ${index}`);
  return pass;
}
