import { secretEnv } from '../../domain/item/secret.ts';
import { isShellVariable } from '../../domain/item/shell-variables.ts';
import { formatDuration } from '../schema/duration.ts';
import { type ClusterFileCheck, eachStage } from './checked-file.ts';

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

/** Ringmaster sets the variables RINGMASTER_… of a job itself, so a stage must not set them. */
export const reservedVariables: ClusterFileCheck = (file) =>
  eachStage(file).flatMap(({ stage, path }) =>
    Object.keys(stage.env)
      .filter((name) => name.startsWith('RINGMASTER_'))
      .map((name) => ({ path: [...path, 'env', name], what: 'is set by Ringmaster itself', hint: 'another name' })),
  );

/** A shell sets these variables itself, so their values would stand on a command line. */
export const secretShellVariables: ClusterFileCheck = (file) =>
  eachStage(file).flatMap(({ stage, path }) =>
    Object.keys(secretEnv(stage.env))
      .filter(isShellVariable)
      .map((name) => ({ path: [...path, 'env', name], what: 'cannot be a secret, because a shell reads it', hint: 'another name' })),
  );
