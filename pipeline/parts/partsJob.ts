/** What a parts worker is told and what it answers; the same in a thread and inline. */
import { rmSync } from "node:fs";
import { loadModel } from "../model/loadModel.js";
import { type EnvironmentFacts, environmentOf } from "./environment.js";
import { fileLines } from "./fileLines.js";
import { DocumentMapper, type MovedSizes, type Tallies } from "./mapDocuments.js";
import { Outputs } from "./outputs.js";
import { planPasses } from "./passes.js";
import { type Mismatch, rebuildDocuments } from "./rebuildDocuments.js";
import { ledgerRelation, relationColumns } from "./relations.js";
import { readStoredLines, type StoredFiles } from "./storedLine.js";

export interface PartsConfiguration {
  readonly options: readonly string[];
  readonly facts: EnvironmentFacts;
  /** Where a worker writes its files. */
  readonly directory: string;
}

export type PartsRequest =
  /** Map the documents of a file that `passQuery` filled. The worker removes the file. */
  | { readonly kind: "map"; readonly pass: number; readonly file: string }
  /** Rebuild old fields from stored rows; with `decide`, write an `original` entry for each field that does not come back. */
  | { readonly kind: "rebuild"; readonly pass: number; readonly files: StoredFiles; readonly decide: boolean }
  | { readonly kind: "flush" };

export interface PartsAnswer {
  readonly mismatches?: readonly Mismatch[];
  readonly files?: Readonly<Record<string, string>>;
  readonly tallies?: Tallies;
  /** By table. */
  readonly moved?: Readonly<Record<string, MovedSizes>>;
}

/** The state of one worker: its open files and its tallies. */
export class PartsJob {
  private readonly model = loadModel();
  private readonly passes;
  private outputs: Outputs;
  private mapper: DocumentMapper;
  private generation = 0;

  constructor(
    private readonly configuration: PartsConfiguration,
    private readonly worker: number,
  ) {
    this.passes = planPasses(configuration.options);
    this.outputs = this.newOutputs();
    this.mapper = this.newMapper();
  }

  run(request: PartsRequest): PartsAnswer {
    if (request.kind === "flush") return this.flush();
    const pass = this.passes[request.pass];
    if (pass === undefined) throw new RangeError(`no pass ${request.pass}`);
    if (request.kind === "map") {
      try {
        this.mapper.map(pass, fileLines(request.file));
        return {};
      } finally {
        rmSync(request.file);
      }
    }
    const { documents, rows } = request.files;
    try {
      const { mismatches, originals } = rebuildDocuments(pass, readStoredLines(request.files), request.decide);
      for (const entry of originals) this.outputs.write(ledgerRelation, entry);
      return { mismatches };
    } finally {
      for (const file of [documents, ...Object.values(rows)]) rmSync(file);
    }
  }

  private flush(): PartsAnswer {
    const answer = { files: this.outputs.close(), tallies: this.mapper.tallies, moved: this.mapper.moved };
    this.generation += 1;
    this.outputs = this.newOutputs();
    this.mapper = this.newMapper();
    return answer;
  }

  private newOutputs(): Outputs {
    const prefix = `${this.worker}-${this.generation}`;
    return new Outputs(this.configuration.directory, prefix, (relation) => relationColumns(this.model, relation));
  }

  private newMapper(): DocumentMapper {
    const { facts } = this.configuration;
    return new DocumentMapper(this.model, this.outputs, environmentOf(facts), facts.tableNumbers);
  }
}
