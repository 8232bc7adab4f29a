package kontiki.pki.transport;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The one HTTP client: HTTP/2 over mutual TLS, bodies as streams. When its identity has changed,
 * the next request uses a new connection with the new certificates; requests under way end
 * undisturbed.
 *
 * <p>Thread-safe; meant to be shared and kept.
 */
public final class HttpsClient implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final TlsIdentity identity;
  private final boolean http2;
  private @Nullable HttpClient current;
  private @Nullable SSLContext context;

  private HttpsClient(TlsIdentity identity, boolean http2) {
    this.identity = identity;
    this.http2 = http2;
  }

  /** A client that prefers HTTP/2. */
  public static HttpsClient create(TlsIdentity identity) {
    return new HttpsClient(identity, true);
  }

  /** A client that speaks HTTP/1.1 only: one connection a request under way. */
  public static HttpsClient createHttp1(TlsIdentity identity) {
    return new HttpsClient(identity, false);
  }

  /**
   * Sends the request and waits for the header of the answer; the body is read from the stream,
   * which must be closed.
   *
   * @throws IOException if the server cannot be reached or does not prove who it is
   */
  public HttpResponse<InputStream> send(HttpRequest request)
      throws IOException, InterruptedException {
    return send(request, HttpResponse.BodyHandlers.ofInputStream());
  }

  /** As {@link #send}, with a handler of one's own for the body. */
  public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body)
      throws IOException, InterruptedException {
    try {
      return client(request.uri()).send(request, body);
    } catch (ConnectException | HttpTimeoutException unreached) {
      throw unreached;
    } catch (IOException refused) {
      // The server's alert, which a reset may overtake, does not say what of ours it refuses.
      Optional<String> expired = identity.expired();
      if (expired.isEmpty()) {
        throw refused;
      }
      SSLException explained = new SSLException(expired.get());
      explained.initCause(refused);
      throw explained;
    }
  }

  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, HttpResponse.BodyHandler<T> body) {
    return client(request.uri()).sendAsync(request, body);
  }

  private synchronized HttpClient client(URI uri) {
    if (!"https".equals(uri.getScheme())) {
      throw new IllegalArgumentException("'" + uri + "' is not an https address");
    }
    SSLContext wanted = identity.sslContext();
    HttpClient client = current;
    if (client == null || wanted != context) {
      if (client != null) {
        // Ends by itself after the requests under way.
        client.shutdown();
      }
      client =
          HttpClient.newBuilder()
              .sslContext(wanted)
              .version(http2 ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
              .connectTimeout(CONNECT_TIMEOUT)
              .followRedirects(HttpClient.Redirect.NEVER)
              .proxy(HttpClient.Builder.NO_PROXY)
              .build();
      current = client;
      context = wanted;
    }
    return client;
  }

  /** Ends every request under way. */
  @Override
  public synchronized void close() {
    if (current != null) {
      current.shutdownNow();
      current = null;
    }
  }
}
