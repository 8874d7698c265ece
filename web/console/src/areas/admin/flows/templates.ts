/** Documents that a new flow begins with. */

export interface Template {
  id: string;
  title: string;
  what: string;
  document: (name: string) => string;
}

/** A name as YAML writes it. */
const quoted = (name: string): string => JSON.stringify(name);

export const TEMPLATES: readonly Template[] = [
  {
    id: "empty",
    title: "Empty",
    what: "One message, and the conversation goes on without the flow.",
    document: (name) => `flow: ${quoted(name)}
kind: inboundMessage
start: say-hello
actions:
  say-hello:
    sendMessage: "Hello, thank you for writing."
`,
  },
  {
    id: "ask",
    title: "Ask and hand over",
    what: "Asks for the customer number where the page did not send one, then lets the conversation wait in a queue.",
    document: (name) => `flow: ${quoted(name)}
kind: inboundMessage
uses:
  customData: [crmCustomerId?]
start: is-known
actions:
  is-known:
    decision: trust.crmCustomerId != "absent"
    then: say-welcome
    else: ask-id
  ask-id:
    ask: "Hello! What is your customer number?"
    set: claimedId
    timeout: 5m
    next: say-thanks
    noAnswer: to-queue
  # What somebody types is a claim: it goes to the agent, not into a lookup.
  say-thanks:
    sendMessage: "Thank you. We noted {{ claimedId }}; somebody will be with you in a moment."
    next: to-queue
  say-welcome:
    sendMessage: "Hello, thank you for writing. Somebody will be with you in a moment."
    next: to-queue
  to-queue:
    transferToQueue: { queue: Support }
`,
  },
  {
    id: "greet",
    title: "Greet a known customer",
    what: "Looks the customer up in your CRM, greets by name who is vouched for, and finds the right queue.",
    document: (name) => `flow: ${quoted(name)}
kind: inboundMessage
uses:
  customData: [crmCustomerId?]
start: look-up
actions:
  look-up:
    apiRequest:
      url: "{{ env.CRM_URL }}/customers/{{ customData.crmCustomerId }}"
      headers: { authorization: "Bearer {{ secret.crmToken }}" }
      timeout: 2s
      set: { tier: $.tier, firstName: $.name.first }
    success: is-vouched-for
    failure: to-support
    missing: to-support
  # Anybody can type an id into a page. Only a signed one opens what the CRM knows to the visitor.
  is-vouched-for:
    decision: trust.crmCustomerId == "signed"
    then: greet
    else: say-welcome
  greet:
    sendMessage: "Hello {{ firstName }}, thank you for being a {{ tier }} customer. Somebody will be with you in a moment."
    next: to-support
  say-welcome:
    sendMessage: "Hello, thank you for writing. Somebody will be with you in a moment."
    next: to-support
  to-support:
    transferToQueue: { queue: Support }
`,
  },
];
