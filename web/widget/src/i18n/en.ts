/** English, as far as every conversation needs it. */

import type { Entries } from "./catalogue.js";

export const en = {
  open: "Open chat",
  close: "Close chat",
  unread: { one: "Open chat, {n} unread message", other: "Open chat, {n} unread messages" },
  title: "Chat with us",
  status: "We answer right here",
  welcome: "Hello! How can we help you?",
  messages: "Messages",
  message: "Your message",
  write: "Write a message…",
  send: "Send",
  you: "You",
  team: "Support",
  bot: "Assistant",
  sending: "Sending…",
  sent: "Sent",
  failed: "Not sent",
  again: "Try again",
  typing: "Somebody is typing",
  latest: "New messages",
  more: "More",
  offline: "You are offline. What you write is sent when you are back.",
  reconnecting: "The connection was lost. Connecting again…",
  refusedUnreachable: "We can't reach the chat right now. Check your connection and try again. Your message is still here.",
} satisfies Entries;
