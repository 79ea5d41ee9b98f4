import {
  getArgumentValues,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** A bound on the work of counting itself. */
const maxSteps = 20_000;

interface Counting {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly known: Map<string, number>;
  steps: number;
}

/**
 * How many objects an operation may touch: the sum of `first × (1 + children)`, with `first` as it is after variables
 * and defaults (`security.md` section 4). Infinity if counting alone takes too long.
 */
export function costOf(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  variables: Readonly<Record<string, unknown>>,
): number {
  const root = schema.getRootType(operation.operation);
  const counting: Counting = { schema, fragments, variables, known: new Map(), steps: 0 };
  return costOfSelections(counting, operation.selectionSet, root ?? undefined);
}

function costOfSelections(counting: Counting, set: SelectionSetNode, parent: GraphQLNamedType | undefined): number {
  return set.selections.reduce((sum, selection) => sum + costOfSelection(counting, selection, parent), 0);
}

function costOfSelection(counting: Counting, node: SelectionNode, parent: GraphQLNamedType | undefined): number {
  counting.steps += 1;
  if (counting.steps > maxSteps) return Infinity;
  switch (node.kind) {
    case Kind.FIELD:
      return costOfField(counting, node, parent);
    case Kind.INLINE_FRAGMENT:
      return costOfSelections(
        counting,
        node.selectionSet,
        typeNamed(counting, node.typeCondition?.name.value) ?? parent,
      );
    case Kind.FRAGMENT_SPREAD:
      return costOfFragment(counting, node.name.value);
  }
}

function costOfField(counting: Counting, node: FieldNode, parent: GraphQLNamedType | undefined): number {
  if (node.selectionSet === undefined || !(isObjectType(parent) || isInterfaceType(parent))) return 0;
  const field = parent.getFields()[node.name.value];
  if (field === undefined) return 0;
  const type = getNamedType(field.type);
  if (!isCompositeType(type)) return 0;
  const { first } = getArgumentValues(field, node, counting.variables);
  const count = typeof first === 'number' ? Math.max(first, 1) : 1;
  return count * (1 + costOfSelections(counting, node.selectionSet, type));
}

/** Counted once each, so that fragments within fragments do not multiply the work. */
function costOfFragment(counting: Counting, name: string): number {
  const known = counting.known.get(name);
  if (known !== undefined) return known;
  const fragment = counting.fragments.get(name);
  if (fragment === undefined) return 0;
  const cost = costOfSelections(
    counting,
    fragment.selectionSet,
    typeNamed(counting, fragment.typeCondition.name.value),
  );
  counting.known.set(name, cost);
  return cost;
}

const typeNamed = ({ schema }: Counting, name: string | undefined): GraphQLNamedType | undefined =>
  name === undefined ? undefined : schema.getType(name);
