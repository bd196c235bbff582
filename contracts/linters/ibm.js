// The errors of IBM's validator. Off is what says how IBM shapes its own APIs: a spec of somebody else's API tells what
// that vendor does, and the control API's surface is fixed.
const ruleset = require("@ibm-cloud/openapi-ruleset");

module.exports = {
  extends: ruleset,
  rules: {
    // The vendors' names, paths and values.
    "ibm-enum-casing-convention": "off",
    "ibm-no-consecutive-path-parameter-segments": "off",
    "ibm-parameter-casing-convention": "off",
    "ibm-path-segment-casing-convention": "off",
    "ibm-property-casing-convention": "off",
    // The vendors' shapes: what they leave out, and numbers for which they name no bounds.
    "ibm-integer-attributes": "off",
    "ibm-required-array-properties-in-response": "off",
    "ibm-required-enum-properties-in-response": "off",
    // OpenAPI 3.0: what 3.1 has of JSON Schema is used here (`const`, two types, `format: uri`).
    "ibm-avoid-multiple-types": "off",
    "ibm-schema-keywords": "off",
    "ibm-schema-type-format": "off",
    // A vendor's state, an event and a world have schemas of their own, which the control API can't list.
    "ibm-accept-and-return-models": "off",
    // Takes a property that is called `example` for OpenAPI's example.
    "ibm-no-ref-in-example": "off",
  },
};
