/** What the rules of the context policy mean, and what to do about them: a refusal is kept with its rule and without values. */

export interface Rule {
  reason: string;
  remedy: string;
}

const FITS: Rule = { reason: "The value does not fit its declaration.", remedy: "Send a value that fits, or change the declaration." };
const LIMIT: Rule = { reason: "The context is over a limit of the deployment.", remedy: "Send less, or raise the limit of the deployment." };
const NAME: Rule = { reason: "The name is empty, too long or reserved.", remedy: "Rename the key." };

const RULES: Readonly<Record<string, Rule>> = {
  undeclared: { reason: "The deployment does not declare this key, and takes no others.", remedy: "Declare the key in the deployment's context policy, or correct its spelling on the page." },
  unknown_option: { reason: "The page used an option or a namespace that nobody reads.", remedy: "Correct its spelling: customer data belongs into customData." },
  key_name: { reason: "The name has something other than letters, digits and _.", remedy: "Rename the key, such as crmCustomerId." },
  wrong_type: { reason: "The value has another type than the declared one.", remedy: "Send the declared type, or change the declaration." },
  too_long: { reason: "The value is longer than declared.", remedy: "Send a shorter value, or raise the length in the declaration." },
  pattern: { reason: "The value does not match the declared pattern.", remedy: "Send a value that matches, or change the pattern." },
  not_in_enum: { reason: "The value is none of the declared ones.", remedy: "Send one of the declared values, or declare this one." },
  below_trust_floor: { reason: "The key has to be signed or come from a server, and the page said it itself.", remedy: "Sign the context, or write the key over REST." },
  lower_trust: { reason: "A value of higher trust stands there already.", remedy: "Let the source of that value correct it." },
  not_scalar: { reason: "The value is an object or a list.", remedy: "Flatten it: one key for each value." },
  number_precision: { reason: "JavaScript can't hold this number exactly.", remedy: "Send it as a string." },
  control_characters: { reason: "The text has control characters.", remedy: "Remove them on the page." },
  duplicate_key: { reason: "The key stood twice in one object.", remedy: "Send it once." },
  reserved_name: NAME,
  name_too_long: NAME,
  conflict: { reason: "Two forms, or the key and its alias, said different things in one call.", remedy: "Send one value." },
  max_bytes: LIMIT,
  context_bytes: LIMIT,
  too_many_keys: LIMIT,
  too_deep: LIMIT,
  missing: { reason: "The key is required, and the page did not send it.", remedy: "Send it with startChat, or make it optional in the context policy." },
  custom_data_disabled: { reason: "The deployment takes no custom data.", remedy: "Switch custom data on in the deployment." },
  malformed_json: { reason: "What was sent is not JSON.", remedy: "Send JSON." },
  customer_field: { reason: "The customer's id, name or e-mail address is not a short text.", remedy: "Correct the field." },
};

export function ruleOf(rule: string): Rule {
  return RULES[rule] ?? { ...FITS, reason: `The rule ${rule} refused it.` };
}

/** The rules to choose from, those that were met first. */
export function rulesFor(met: readonly string[]): string[] {
  return [...new Set([...met, ...Object.keys(RULES)])];
}
