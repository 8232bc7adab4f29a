package kontiki.orchestrator.client;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Carries requests to one API server: over mutual TLS in production, to a server in memory in
 * simulations. Implementations may be used by many threads.
 */
public interface ApiTransport extends AutoCloseable {
  /**
   * Sends a request and waits for the head of its answer.
   *
   * @throws IOException when no answer came
   * @throws InterruptedException when the waiting thread was interrupted; the request is cancelled
   */
  Answer send(ApiRequest request) throws IOException, InterruptedException;

  /** The server's address for messages. */
  String server();

  /** Ends all requests that are under way. */
  @Override
  void close();

  /** The answer; whoever gets it closes it, which also cancels a stream. */
  interface Answer extends AutoCloseable {
    int status();

    @Nullable String header(String name);

    InputStream body();

    @Override
    void close();
  }
}
