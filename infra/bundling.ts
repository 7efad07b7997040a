import { join } from 'node:path';
import { type BundlingOptions, LogLevel, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { type BuildOptions, build } from 'esbuild';

/** The folder that holds `functions/`, `package.json` and the lock file. */
export const projectRoot = join(import.meta.dirname, '..');

/** The set of options. The stack's form and esbuild's form are both made from it; a test compares their bytes. */
const shared = {
  target: 'node24',
  minify: true,
  // The SDK's ES modules can be shaken, its CommonJS cannot: a third of it stays away.
  mainFields: ['module', 'main'],
  // CommonJS packages inside may call `require` for Node's own modules, and an ES module has none.
  banner: `import{createRequire}from'node:module';const require=createRequire(import.meta.url);`,
  aliases: {
    // Lambda gives credentials in the environment; the SDK's search for them elsewhere is dead weight there.
    '@aws-sdk/credential-provider-node': join(import.meta.dirname, 'lambda-credentials.ts'),
    '@aws-sdk/endpoint-cache': join(import.meta.dirname, 'lambda-endpoints.ts'),
    '@smithy/core/event-streams': join(import.meta.dirname, 'lambda-event-streams.ts'),
  },
  // Korean and Turkish sentences stay as they are instead of growing to escapes.
  charset: 'utf8',
  // The bundles are never passed on, so the licence comments in them reach nobody.
  legalComments: 'none',
} as const;

/** What speaks to shops lies beside the bundle and is loaded when a shop is first asked. */
const besides = { entry: 'functions/shops/main.ts', file: 'shops.mjs' } as const;

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The same options on esbuild's command line, as CDK writes them for the bundle itself. */
const besidesCommand = (outputDir: string): string =>
  [
    join(projectRoot, 'node_modules/.bin/esbuild'),
    join(projectRoot, besides.entry),
    '--bundle',
    '--platform=node',
    '--format=esm',
    `--target=${shared.target}`,
    '--minify',
    `--main-fields=${shared.mainFields.join(',')}`,
    `--banner:js=${shared.banner}`,
    ...Object.entries(shared.aliases).map(([name, file]) => `--alias:${name}=${file}`),
    `--charset=${shared.charset}`,
    `--legal-comments=${shared.legalComments}`,
    '--log-level=warning',
    `--outfile=${join(outputDir, besides.file)}`,
  ]
    .map(quoted)
    .join(' ');

/**
 * The bundling of `NodejsFunction`, whose output is `index.mjs`. No source map: the same commit gives the same
 * bytes, so one can be made when it is needed, and cold starts do not carry it.
 */
export const lambdaBundling = (withShops: boolean): BundlingOptions => ({
  format: OutputFormat.ESM,
  target: shared.target,
  minify: shared.minify,
  mainFields: [...shared.mainFields],
  banner: shared.banner,
  sourceMap: false,
  logLevel: LogLevel.WARNING,
  // The runtime's own copy of the SDK changes without us; ours is the one that was tested.
  bundleAwsSDK: true,
  // CDK passes no charset of its own on to esbuild.
  esbuildArgs: {
    '--alias': Object.entries(shared.aliases).map(([name, file]) => `${name}=${file}`),
    '--charset': shared.charset,
    '--legal-comments': shared.legalComments,
  },
  ...(withShops
    ? {
        commandHooks: {
          beforeBundling: () => [],
          beforeInstall: () => [],
          afterBundling: (_, outputDir) => [besidesCommand(outputDir)],
        },
      }
    : {}),
});

const esbuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: shared.target,
  minify: shared.minify,
  mainFields: [...shared.mainFields],
  banner: { js: shared.banner },
  alias: shared.aliases,
  charset: shared.charset,
  legalComments: shared.legalComments,
  sourcemap: false,
  absWorkingDir: projectRoot,
  metafile: true,
  logLevel: 'warning',
} satisfies BuildOptions;

/** What a bundle weighs, and every file that was read for it, as paths from the project's root. */
export interface Bundle {
  readonly bytes: number;
  readonly inputs: readonly string[];
}

/** Makes the bundle that Lambda gets, byte for byte, without CDK. `outfile` ends in `.mjs`, as an ES module must. */
export const bundle = async (entry: string, outfile: string): Promise<Bundle> => {
  const { metafile } = await build({ ...esbuildOptions, entryPoints: [entry], outfile });
  const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
  return { bytes, inputs: Object.keys(metafile.inputs) };
};
