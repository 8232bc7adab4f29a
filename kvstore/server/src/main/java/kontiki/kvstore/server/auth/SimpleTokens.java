package kontiki.kvstore.server.auth;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.LongSupplier;
import kontiki.kvstore.mvcc.Applied;
import kontiki.kvstore.mvcc.AuthState;
import kontiki.kvstore.mvcc.Identity;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that mean nothing by themselves: each member remembers whom the log gave them to. A token
 * that is not used for its time is forgotten by that member, as are all of them when it ends; its
 * bearer then gives the password again. Safe for many threads; hears of the log on the thread that
 * applies.
 */
public final class SimpleTokens implements Tokens {
  /** More than this at a time: the one that was not used for longest is forgotten. */
  static final int MAX_TOKENS = 100_000;

  private static final int PREFIX_LETTERS = 16;
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

  private record Holder(String user, long expiresAt) {}

  private final long ttlNanos;
  private final LongSupplier nanoTime;
  private final SecureRandom random = new SecureRandom();

  /** In the order of their last use, which is that of their ends. Guarded by this. */
  private final LinkedHashMap<String, Holder> holders = new LinkedHashMap<>(16, 0.75f, true);

  SimpleTokens(Duration ttl, LongSupplier nanoTime) {
    this.ttlNanos = ttl.toNanos();
    this.nanoTime = nanoTime;
  }

  /** The random part of a new token. */
  public String newPrefix() {
    StringBuilder prefix = new StringBuilder(PREFIX_LETTERS);
    for (int i = 0; i < PREFIX_LETTERS; i++) {
      prefix.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return prefix.toString();
  }

  /** The log index that gave the token; -1 where it is none of ours. */
  static long indexOf(String token) {
    int dot = token.indexOf('.');
    try {
      return dot < 0 ? -1 : Long.parseLong(token.substring(dot + 1));
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  public synchronized void applied(List<Applied.TokenChange> changes) {
    for (Applied.TokenChange change : changes) {
      switch (change) {
        case Applied.TokenChange.Given given -> {
          forgetExpired();
          holders.put(given.token(), fresh(given.user()));
          if (holders.size() > MAX_TOKENS) {
            holders.pollFirstEntry();
          }
        }
        case Applied.TokenChange.Taken taken ->
            holders.values().removeIf(holder -> holder.user.equals(taken.user()));
        case Applied.TokenChange.AllTaken _ -> holders.clear();
      }
    }
  }

  /** The state was replaced: whose passwords changed meanwhile is not known. */
  public synchronized void replaced() {
    holders.clear();
  }

  /** Each use makes it last as long as a new one. */
  @Override
  public synchronized @Nullable Identity bearer(String token, AuthState auth) {
    forgetExpired();
    Holder holder = holders.get(token);
    if (holder == null) {
      return null;
    }
    holders.put(token, fresh(holder.user));
    return new Identity(holder.user, auth.revision());
  }

  private Holder fresh(String user) {
    return new Holder(user, nanoTime.getAsLong() + ttlNanos);
  }

  private void forgetExpired() {
    long now = nanoTime.getAsLong();
    Iterator<Holder> eldest = holders.values().iterator();
    while (eldest.hasNext() && eldest.next().expiresAt - now <= 0) {
      eldest.remove();
    }
  }
}
