/** docs/http.md, made from the table of routes. */
import { isServedAt, routeIds, routeOf, type QueryParameter, type Route, type RouteResponse } from '../../contract/routes.ts';

const shape = (response: RouteResponse): string => {
  if ('view' in response) return response.view;
  return 'list' in response ? `list of ${response.list}` : (response.text.split(';')[0] ?? '');
};

function values(parameter: QueryParameter): string {
  switch (parameter.type) {
    case 'text':
      return 'text';
    case 'flag':
      return '`true` or `false`';
    case 'choice':
      return parameter.values.map((value) => `\`${value}\`${value === parameter.default ? ' (default)' : ''}`).join(', ');
    case 'whole':
      return `${parameter.min} to ${parameter.max}, default ${parameter.default}`;
  }
}

const parameters = ({ query = {} }: Route): string =>
  Object.entries(query)
    .map(([name, parameter]) => `\`${name}\`: ${parameter.about} ${values(parameter)}.`)
    .join('<br>');

const row = (route: Route): string =>
  `| \`${route.path.replace('+}', '}')}\` | ${route.summary} | ${parameters(route)} | ${shape(route.response)} | ${route.verb === undefined ? '' : `\`ringmaster ${route.verb}\``} | ${route.since} |`;

const atHealth = routeIds
  .filter((id) => isServedAt('health', id))
  .map((id) => `\`${routeOf(id).path}\``)
  .join(' and ');

/** Returns the page. */
export const httpGuide = (): string => `# HTTP

Control serves these routes on 127.0.0.1:8790 (\`http\` of the cluster file). The server only reads: changes are made with the command line, and any other method is
refused with 405. [openapi.json](openapi.json) describes the same routes and the shapes that they return, and \`GET /openapi.json\` serves it.
With \`http.healthPort\` in the cluster file, control has a second listener, for load balancers and uptime checks. It serves ${atHealth}, and nothing else.
This page is made from the table of routes, \`src/contract/routes.ts\`: \`node dist/src/http/openapi/write-documents.js docs\`.

| path | what | query | returns | verb | since |
|---|---|---|---|---|---|
${routeIds.map((id) => row(routeOf(id))).join('\n')}

- A response is JSON unless the table says otherwise. A client must ignore fields that it does not know.
- A refused request has a 4xx status and a \`Failure\`: \`code\`, \`message\`, \`hint\` and, for people, the whole \`sentence\`.
- 400: a parameter is not valid, or is given twice. A parameter that the route does not have is ignored.
- 403: the \`Host\` header does not name this machine. 404: nothing has this id. 405: the method is not GET or HEAD.
- 503: the ledgers cannot be read now; the same request can succeed later. \`/ready\` returns 503 while some process does not run.
- The id of \`/explain/{id}\` may contain slashes as they are: \`/explain/connect-four.2.self-play.7/1\`.
`;
