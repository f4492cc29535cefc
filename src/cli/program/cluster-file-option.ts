import { VerbFailure } from '../exit/verb-failure.ts';

/** Returns the options with the cluster file, which a person names as `--file FILE` or as a plain word. Refuses two different files. */
export function clusterFileOption<Options extends { readonly file?: string | undefined }>(
  verb: string,
  named: string | undefined,
  options: Options,
): Options & { readonly file: string | undefined } {
  if (named !== undefined && options.file !== undefined && named !== options.file) {
    throw new VerbFailure('usage', {
      cannot: `${verb} ${named}`,
      because: `--file names another file, ${options.file}`,
      hint: { say: 'one of the two' },
    });
  }
  return { ...options, file: named ?? options.file };
}
