/** What Discord's own client would not let a person do: it never reaches the bot. The message says what to do instead. */
export class ClientRefusal extends Error {
  override readonly name = 'ClientRefusal';
}
