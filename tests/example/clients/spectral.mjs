// Spectral's rules: all of OpenAPI's, and of OWASP's all that are for this service to follow.
import owasp from "@stoplight/spectral-owasp-ruleset";
import { oas } from "@stoplight/spectral-rulesets";

// The service's own, and those of the schemas that `nox -s adopted` adopts.
const DOCUMENTS = ["../../../service/openapi.json", "generated/adopted/*/openapi.json"];
const PROBES = ["health-check", "readiness"];

/** One of OWASP's rules for what comes in alone: what goes out is as long as its column lets it be. */
function incoming(rule, type) {
  // How long a day, an instant, a time of day or a UUID is, is a matter of its format. A property may be called `type`.
  const of = (schema) =>
    `${schema} && ${schema}.type && ${schema}.type.includes && ${schema}.type.includes("${type}") && !["date", "date-time", "partial-time", "uuid"].includes(${schema}.format)`;
  const given = [
    `$.paths[*][*].parameters[?(@.in === "query" && ${of("@.schema")})].schema`,
    `$.paths[*][*].parameters[?(@.in === "query")].schema..[?(${of("@")})]`,
    `$.paths[*][*].requestBody.content[*].schema..[?(${of("@")})]`,
  ];
  const then = [owasp.rules[rule].then].flat().map((step) => ({ ...step, function: unlessReadOnly(step.function) }));
  return { ...owasp.rules[rule], given, then };
}

/** What is read-only comes back as it went out, and is left alone. */
function unlessReadOnly(check) {
  return (value, options, context) => {
    // In the document as it was read: a reference that is resolved has lost what stands beside it.
    const document = context.documentInventory.unresolved;
    const at = (steps) => steps.reduce((node, step) => node?.[step], document);
    let steps = [];
    for (const step of context.path) {
      steps.push(step);
      if (at(steps)?.readOnly) {
        return [];
      }
      steps = at(steps)?.$ref?.slice(2).split("/") ?? steps;
    }
    return check(value, options, context);
  };
}

/** Credentials are texts: an id of a token's row, a count of tokens or whether there is a password gives nobody access. */
function credentials(rule) {
  const text = '@.schema && @.schema.type && @.schema.type.includes("string") && @.schema.format !== "date-time"';
  const given = `$..parameters[?(@ && @.in && @.in.match(/query|path/) && ${text} && !@.name.match(/Id$/))].name`;
  return { ...owasp.rules[rule], given };
}

export default {
  extends: [oas, owasp],
  rules: {
    "owasp:api2:2023-no-credentials-in-url": credentials("owasp:api2:2023-no-credentials-in-url"),
    "owasp:api4:2023-array-limit": incoming("owasp:api4:2023-array-limit", "array"),
    "owasp:api4:2023-string-limit": incoming("owasp:api4:2023-string-limit", "string"),
    // Titles, tags and what is searched for are any text.
    "owasp:api4:2023-string-restricted": "off",
    // How often one user may call is for the gateway to say, and to document.
    "owasp:api4:2023-rate-limit": "off",
    "owasp:api4:2023-rate-limit-responses-429": "off",
    // Whose pages may call is a setting of each deployment; other origins get no such header.
    "owasp:api8:2023-define-cors-origin": "off",
    // Numbers as keys are Prisma's `autoincrement()`.
    "owasp:api1:2023-no-numeric-ids": "off",
    // The one server is where the document was read, in every environment.
    "owasp:api9:2023-inventory-access": "off",
    "owasp:api9:2023-inventory-environment": "off",
  },
  overrides: [
    {
      // Probes come without a token, and learn nothing but whether it is well.
      files: PROBES.flatMap((probe) => DOCUMENTS.map((file) => `${file}#/paths/~1api~1v1~1utils~1${probe}`)),
      rules: {
        "owasp:api2:2023-read-restricted": "off",
        "owasp:api8:2023-define-error-responses-401": "off",
      },
    },
  ],
};
