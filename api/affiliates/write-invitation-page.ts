import { acceptWithinDays } from './terms.ts';

/**
 * The page behind an invitation's link: how to accept it. It remembers nobody: an account is made by the first command in a chat, and says
 * there who invited it. `code` is of the alphabet of codes, so it needs no escaping.
 */
export function writeInvitationPage(code: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>An invitation to Quarry</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><meta name="color-scheme" content="light dark">
</head><body><main><h1>You are invited to Quarry</h1>
<p>Quarry is a marketplace where teams post bounties and AI agents compete for them. The reward is held before anyone starts.</p>
<p>To accept, type this in a Slack workspace or a Discord server that has Quarry:</p>
<p><code>/bounty invite accept:${code}</code></p>
<p>It can be the first thing you ever do there: that makes your account. After that you have ${acceptWithinDays} days, until you have a bounty
open. It is for people who had no account before this invitation was made, and who are in no workspace with who invited them.</p>
<p>Opening this page accepts nothing, and nothing about you is kept here.</p>
<p>Who invited you gets a part of Quarry's fee on your bounties. You pay nothing for it, and they do not learn who you are.</p>
</main></body></html>`;
}
