package kontiki.kvstore.mvcc;

import java.util.List;

/**
 * What one entry did.
 *
 * @param state after it
 * @param outcomes one for each command, in order
 * @param changes in revision order; several commands' revisions may follow one another
 * @param leases granted and revoked, in order
 * @param tokens given to users and taken from them, in order
 */
public record Applied(
    StoreState state,
    List<Outcome> outcomes,
    List<Change> changes,
    List<LeaseChange> leases,
    List<TokenChange> tokens) {

  /** The leader keeps its clocks by these. */
  public sealed interface LeaseChange {
    record Granted(long id, long ttlSeconds) implements LeaseChange {}

    record Revoked(long id) implements LeaseChange {}
  }

  /** Members keep the tokens of users by these; they are no part of the state. */
  public sealed interface TokenChange {
    record Given(String user, String token) implements TokenChange {}

    record Taken(String user) implements TokenChange {}

    record AllTaken() implements TokenChange {}
  }
}
