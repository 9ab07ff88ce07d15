/** A variable as it is saved: what its moments are looked up by. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * Which parameter of a saved state each variable is. TensorFlow.js may name the variables of a loaded model otherwise than
 * those of the saved one: the second `dense/kernel` in a process is `dense/kernel_1`. So where a name is not known,
 * variables count in their order, and names need to agree but for such a number.
 * Throws a `RangeError` for variables that do not fit.
 * @returns names of parameters by names of variables
 */
export function matchVariables(
  parameters: readonly Parameter[],
  variables: readonly Parameter[],
): ReadonlyMap<string, string> {
  const known = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  if (variables.every(({ name }) => known.has(name))) {
    for (const variable of variables) checkFits(variable, known.get(variable.name)!);
    return new Map(parameters.map(({ name }) => [name, name]));
  }
  if (variables.length !== parameters.length) {
    const [found, saved] = [variables, parameters].map((list) => list.map(({ name }) => name).join(', '));
    throw new RangeError(`the variables are ${found}, but the state is of ${saved}`);
  }
  variables.forEach((variable, i) => {
    checkFits(variable, parameters[i]!);
  });
  return new Map(variables.map(({ name }, i) => [name, parameters[i]!.name]));
}

function checkFits(variable: Parameter, saved: Parameter): void {
  if (withoutNumber(variable.name) === withoutNumber(saved.name) && sameShape(variable.shape, saved.shape)) {
    return;
  }
  throw new RangeError(`variable ${shown(variable)} does not fit ${shown(saved)} of the state`);
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

function withoutNumber(name: string): string {
  return name.replace(/_\d+$/, '');
}

function shown({ name, shape }: Parameter): string {
  return `${name} [${shape.join(', ')}]`;
}
