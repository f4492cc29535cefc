import { secretEnv } from '../../domain/item/secret.ts';
import { isShellVariable } from '../../domain/item/shell-variables.ts';
import { formatDuration } from '../../base/duration.ts';
import { type ClusterFileCheck, eachEnvironment, eachStage } from './checked-file.ts';

/** A job cannot be silent for longer than it may run. */
export const silenceBeyondRun: ClusterFileCheck = (file) =>
  eachStage(file).flatMap(({ stage, path }) =>
    stage.silent <= stage.run
      ? []
      : [
          {
            path: [...path, 'silent'],
            also: [[...path, 'run']],
            what: `${formatDuration(stage.silent)} is longer than run (${formatDuration(stage.run)})`,
            hint: formatDuration(stage.run),
          },
        ],
  );

/** Ringmaster sets the variables RINGMASTER_… of a program itself. */
export const reservedVariables: ClusterFileCheck = (file) =>
  eachEnvironment(file).flatMap(({ env, path }) =>
    Object.keys(env)
      .filter((name) => name.startsWith('RINGMASTER_'))
      .map((name) => ({ path: [...path, name], what: 'is set by Ringmaster itself', hint: 'another name' })),
  );

/** A shell sets these variables itself, so their values would stand on a command line. */
export const secretShellVariables: ClusterFileCheck = (file) =>
  eachEnvironment(file).flatMap(({ env, path }) =>
    Object.keys(secretEnv(env))
      .filter(isShellVariable)
      .map((name) => ({ path: [...path, name], what: 'cannot be a secret, because a shell reads it', hint: 'another name' })),
  );
