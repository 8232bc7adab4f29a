package kontiki.kvstore.cli.direct;

import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Unary calls to the first member that can be reached, in the order of the endpoints, over one
 * connection. Used by one thread.
 */
public final class DirectStore implements AutoCloseable {
  private final List<URI> endpoints;
  private final SSLContext context;
  private final Duration dial;
  private final Duration timeout;
  private @Nullable DirectConnection connection;
  private @Nullable String token;

  /**
   * @param endpoints {@code https://HOST:PORT}, at least one
   * @throws IOException where a file cannot be read
   */
  public DirectStore(
      List<URI> endpoints, Path cacert, Path cert, Path key, Duration dial, Duration timeout)
      throws IOException {
    this.endpoints = endpoints;
    this.context = ClientTls.context(cacert, cert, key);
    this.dial = dial;
    this.timeout = timeout;
  }

  /** Begins, in the background, to load what a connection will need. */
  public static void warmUp() {
    ClientTls.warmUp();
  }

  /** Calls carry this token from now on; null: none. */
  public void bearing(@Nullable String newToken) {
    token = newToken;
  }

  /** Connects if need be; a call is sent once and never repeated. */
  public <Q, R> R call(MethodDescriptor<Q, R> method, Q request) {
    DirectConnection open = connection;
    if (open == null) {
      open = connect();
      connection = open;
    }
    return open.call(method, request, timeout, token);
  }

  private DirectConnection connect() {
    StatusRuntimeException failure = null;
    for (URI endpoint : endpoints) {
      try {
        return DirectConnection.open(endpoint, context, dial);
      } catch (StatusRuntimeException e) {
        failure = e;
      }
    }
    throw java.util.Objects.requireNonNull(failure, "no endpoint");
  }

  @Override
  public void close() {
    if (connection != null) {
      connection.close();
    }
  }
}
