package kontiki.kvstore.server.auth;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.mvcc.RefusedException;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** bcrypt, as etcd stores it. Slow on purpose; safe for many threads, few of which work at once. */
public final class Passwords {
  private static final Pattern HASH =
      Pattern.compile("\\$2[abxy]?\\$(0[4-9]|[12]\\d|3[01])\\$[./A-Za-z0-9]{53}");
  private static final int MAX_BYTES = 72;
  private static final int SALT_BYTES = 16;

  private final int cost;
  private final SecureRandom random = new SecureRandom();

  /** Logins that come together must leave a processor to the others. */
  private final Semaphore workers =
      new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);

  /**
   * @param cost 4 to 31; one more takes twice the time
   */
  public Passwords(int cost) {
    this.cost = cost;
  }

  /** The hash as requests carry it: base64 of its text. */
  public String hash(String password) {
    byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_BYTES) {
      throw new RefusedException(EtcdError.PASSWORD_TOO_LONG);
    }
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    String hash = working(() -> OpenBSDBCrypt.generate("2a", bytes, salt, cost));
    return Base64.getEncoder().encodeToString(hash.getBytes(StandardCharsets.US_ASCII));
  }

  /** False also where the hash is none. */
  public boolean matches(ByteString hash, String password) {
    String text = hash.toStringUtf8();
    byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
    return HASH.matcher(text).matches() && working(() -> OpenBSDBCrypt.checkPassword(text, bytes));
  }

  private <T> T working(Supplier<T> work) {
    workers.acquireUninterruptibly();
    try {
      return work.get();
    } finally {
      workers.release();
    }
  }
}
