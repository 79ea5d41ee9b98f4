import {
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** How large a document is once its fragments are written out. */
export interface Shape {
  /** Fields within fields; Infinity for fragments that contain themselves. */
  readonly depth: number;
  readonly selections: number;
}

export const fragmentsOf = (document: DocumentNode): Map<string, FragmentDefinitionNode> =>
  new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  );

export const operationsOf = (document: DocumentNode): OperationDefinitionNode[] =>
  document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);

/**
 * Measures a parsed document in time linear in its length, before validation, whose comparison of fields takes time
 * exponential in nested fragments (S-24). Every fragment counts, used or not: validation visits them all.
 */
export function shapeOf(document: DocumentNode): Shape {
  const fragments = fragmentsOf(document);
  const known = new Map<string, Shape>();
  const endless: Shape = { depth: Infinity, selections: Infinity };

  const ofFragment = (name: string): Shape => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const fragment = fragments.get(name);
    if (fragment === undefined) return { depth: 0, selections: 0 };
    known.set(name, endless);
    const shape = ofSelections(fragment.selectionSet);
    known.set(name, shape);
    return shape;
  };

  const ofSelections = (set: SelectionSetNode): Shape => {
    let depth = 0;
    let selections = 0;
    for (const node of set.selections) {
      const isField = node.kind === Kind.FIELD;
      if (isField && node.name.value.startsWith('__')) continue;
      const inner =
        node.kind === Kind.FRAGMENT_SPREAD
          ? ofFragment(node.name.value)
          : node.selectionSet === undefined
            ? { depth: 0, selections: 0 }
            : ofSelections(node.selectionSet);
      depth = Math.max(depth, inner.depth + (isField ? 1 : 0));
      selections += 1 + inner.selections;
    }
    return { depth, selections };
  };

  const shapes = [
    ...operationsOf(document).map(({ selectionSet }) => ofSelections(selectionSet)),
    ...[...fragments.keys()].map(ofFragment),
  ];
  return {
    depth: Math.max(0, ...shapes.map(({ depth }) => depth)),
    selections: Math.max(0, ...shapes.map(({ selections }) => selections)),
  };
}
