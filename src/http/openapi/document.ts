/** The OpenAPI document of the HTTP server, made from the table of routes and the schemas of the views. */
import * as z from 'zod';
import { routeIds, routeOf, type QueryParameter, type Route, type RouteResponse } from '../../contract/routes.ts';
import type { Views } from '../../contract/views.ts';
import { parts, viewSchemas } from './schemas.ts';

const schemaPath = (name: string): string => `#/components/schemas/${name}`;
const refTo = (name: keyof Views): object => ({ $ref: schemaPath(name) });
const jsonOf = (schema: object): object => ({ 'application/json': { schema } });

/** A client must ignore fields that it does not know, so that a later release may add fields. The schemas therefore allow unknown fields. */
const registered = (): Readonly<Record<string, object>> => {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries({ ...viewSchemas, ...parts })) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    uri: schemaPath,
    io: 'input',
    override: ({ jsonSchema }) => {
      // zod adds the bounds of a safe integer. They tell a client nothing.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return Object.fromEntries(Object.entries(schemas).map(([name, { $schema: _schema, $id: _id, ...schema }]) => [name, schema]));
};

function parameterSchema(parameter: QueryParameter): object {
  switch (parameter.type) {
    case 'text':
      return { type: 'string' };
    case 'flag':
      return { type: 'boolean', default: false };
    case 'choice':
      return { type: 'string', enum: parameter.values, ...(parameter.default === undefined ? {} : { default: parameter.default }) };
    case 'whole':
      return { type: 'integer', minimum: parameter.min, maximum: parameter.max, default: parameter.default };
  }
}

const parametersOf = ({ params = {}, query = {} }: Route): readonly object[] => [
  ...Object.entries(params).map(([name, description]) => ({ name, in: 'path', required: true, description, schema: { type: 'string' } })),
  ...Object.entries(query).map(([name, parameter]) => ({
    name,
    in: 'query',
    description: parameter.about,
    schema: parameterSchema(parameter),
  })),
];

const contentOf = (response: RouteResponse): object => {
  if ('view' in response) return jsonOf(refTo(response.view));
  if ('list' in response) return jsonOf({ type: 'array', items: refTo(response.list) });
  return { [response.text]: { schema: { type: 'string' } } };
};

/** The refusals that many routes share, each with its HTTP status. */
const refusals = {
  400: 'A parameter is not valid.',
  403: 'The Host header does not name this machine.',
  404: 'Nothing has this id.',
  500: 'A defect of Ringmaster.',
  503: 'The ledgers cannot be read now.',
} as const;
const refusal = (status: keyof typeof refusals): object => ({ [status]: { $ref: `#/components/responses/${status}` } });

const responsesOf = (route: Route): object => ({
  200: { description: route.summary, content: contentOf(route.response) },
  ...(route.query === undefined ? {} : refusal(400)),
  ...refusal(403),
  ...(route.params === undefined ? {} : refusal(404)),
  ...refusal(500),
  ...refusal(503),
  ...(route.otherwise === undefined ? {} : { [route.otherwise.status]: { description: route.otherwise.when, content: contentOf(route.response) } }),
});

/** Returns the document as OpenAPI 3.1. */
export const openApiDocument = (): Views['OpenApi'] => ({
  openapi: '3.1.0',
  info: {
    title: 'Ringmaster',
    version: '0.1.0',
    description: 'The state of a running cluster. The server only reads; changes are made with the command line.',
  },
  paths: Object.fromEntries(
    routeIds.map((id) => {
      const route = routeOf(id);
      const operation = {
        operationId: id,
        summary: route.summary,
        ...(route.verb === undefined ? {} : { description: `The same as \`ringmaster ${route.verb}\`.` }),
        parameters: parametersOf(route),
        responses: responsesOf(route),
      };
      return [route.path.replace('+}', '}'), { [route.method.toLowerCase()]: operation }];
    }),
  ),
  components: {
    responses: Object.fromEntries(
      Object.entries(refusals).map(([status, description]) => [status, { description, content: jsonOf(refTo('Failure')) }]),
    ),
    schemas: registered(),
  },
});
