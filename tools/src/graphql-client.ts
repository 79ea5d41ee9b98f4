/** A refusal or failure as GraphQL tells it. */
export class GraphqlError extends Error {
  override readonly name = 'GraphqlError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

interface Answer<T> {
  readonly data?: T | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** Speaks to the gateway as one principal, as any client would. */
export interface GraphqlClient {
  /** @throws GraphqlError with the first error's code. */
  request<T>(query: string, variables?: Readonly<Record<string, unknown>>): Promise<T>;
}

export interface ClientOptions {
  readonly url: string;
  readonly token: string;
  /** W3C trace context to continue, so that several requests are seen as one trace. */
  readonly traceparent?: string;
}

export function createGraphqlClient({ url, token, traceparent }: ClientOptions): GraphqlClient {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    ...(traceparent !== undefined && { traceparent }),
  };
  return {
    request: async <T>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<T> => {
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
      const { data, errors } = (await response.json()) as Answer<T>;
      const [error] = errors ?? [];
      if (error !== undefined) throw new GraphqlError(error.extensions?.code ?? 'UNKNOWN', error.message);
      if (data === undefined || data === null) throw new GraphqlError('UNKNOWN', `HTTP ${String(response.status)}`);
      return data;
    },
  };
}
