/**
 * Returns an environment in which programs print their messages in English and the numbers of errors as they are. LC_ALL comes before every other
 * variable of the locale. GNU programs read LANGUAGE too.
 */
export function oneLocale(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { LANGUAGE: _language, ...rest } = env;
  return { ...rest, LC_ALL: 'C' };
}
