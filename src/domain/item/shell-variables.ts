/**
 * The variables that a shell sets or reads for itself. They reach a program as words of its command line. The other variables of a job reach it
 * through a file that the job's shell reads, so that no process list shows them. So none of these can be a secret.
 */
const shellVariables = new Set(
  '_ PATH IFS PWD OLDPWD UID EUID PPID SHELLOPTS BASHOPTS BASH_VERSINFO OPTIND OPTARG LINENO RANDOM SECONDS ENV BASH_ENV LD_PRELOAD LD_LIBRARY_PATH'.split(
    ' ',
  ),
);

export const isShellVariable = (name: string): boolean => shellVariables.has(name);
