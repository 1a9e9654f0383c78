/** An application that has the packed package installed, beside one version of `convex`: a folder of its own, and no network. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const execute = promisify(execFile);

/** What `npx convex dev` would generate, as far as those files ask for it. */
const generated = `
  import {
    type DataModelFromSchemaDefinition, internalMutationGeneric, type MutationBuilder, mutationGeneric, type QueryBuilder, queryGeneric,
  } from "convex/server";
  import type schema from "../schema.js";
  type DataModel = DataModelFromSchemaDefinition<typeof schema>;
  export const mutation = mutationGeneric as MutationBuilder<DataModel, "public">;
  export const internalMutation = internalMutationGeneric as MutationBuilder<DataModel, "internal">;
  export const query = queryGeneric as QueryBuilder<DataModel, "public">;
`;

const configuration = {
  compilerOptions: {
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noEmit: true },
    ...{
      skipLibCheck: true,
      types: [],
      module: "ESNext",
      moduleResolution: "Bundler",
      target: "ES2022",
      lib: ["ES2023"],
    },
  },
  include: ["convex"],
};

/** Packages in this repository's `node_modules`: the newest and the oldest `convex`, and two compilers. */
export type ConvexPackage = "convex" | "convex-minimum";
export type Compiler = "typescript" | "typescript-5";

export interface Application {
  readonly folder: string;
  write(path: string, text: string): Promise<void>;
  /** What the compiler says. */
  complaints(compiler?: Compiler): Promise<string>;
}

/** The package as `npm publish` would send it, unpacked into a folder; `npm run build` comes before. */
export async function packed(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "unnest-pack-"));
  const pack = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const { stdout } = await execute("npm", pack, { cwd: repository, maxBuffer: 1 << 26 });
  const [{ filename = "" } = {}] = JSON.parse(stdout) as readonly { readonly filename: string }[];
  await execute("tar", ["xzf", join(folder, filename), "-C", folder]);
  return folder;
}

/** @param pack what `packed` gave */
export async function installed(
  pack: string,
  convex: ConvexPackage,
  files: ReadonlyMap<string, string>,
): Promise<Application> {
  const folder = await mkdtemp(join(tmpdir(), "unnest-app-"));
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  for (const [path, text] of files) await write(path, text);
  await write("convex/_generated/server.ts", generated);
  await write("tsconfig.json", JSON.stringify(configuration));
  const modules = join(folder, "node_modules");
  await mkdir(modules);
  await execute("cp", ["-r", join(pack, "package"), join(modules, "convex-unnest")]);
  await symlink(join(repository, "node_modules", convex), join(modules, "convex"));
  const { dependencies } = JSON.parse(await readFile(join(pack, "package/package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  for (const name of Object.keys(dependencies)) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(repository, "node_modules", name), join(modules, name));
  }
  const complaints = async (compiler: Compiler = "typescript") => {
    const script = join(repository, "node_modules", compiler, "bin/tsc");
    return await execute(process.execPath, [script, "-p", "."], { cwd: folder }).then(
      ({ stdout }) => stdout,
      (error: { stdout: string }) => error.stdout,
    );
  };
  return { folder, write, complaints };
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** The files that a page shows, by path. */
export async function shownFiles(page: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(repository, page), "utf8");
  const blocks = [...text.matchAll(/```ts\n\/\/ (convex\/\w+\.ts).*\n([^`]*)```/g)];
  return new Map(blocks.map(([whole, path = ""]) => [path, whole.slice("```ts\n".length, -"```".length)]));
}

/** The compiler's messages that a page quotes. */
export async function quotedMessages(page: string): Promise<string[]> {
  const text = await readFile(join(repository, page), "utf8");
  return [...text.matchAll(/^convex\/\S+ error TS.*$/gm)].map(([line]) => line);
}
