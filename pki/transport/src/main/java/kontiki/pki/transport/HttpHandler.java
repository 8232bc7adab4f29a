package kontiki.pki.transport;

/** Answers HTTP requests. */
@FunctionalInterface
public interface HttpHandler {
  /**
   * Answers one request; called on a virtual thread of its own, so it may block. When it returns,
   * the response is ended (200 with no body if none was begun). If it throws before a response was
   * begun the client gets 500; after that, the stream is reset (HTTP/2) or the connection closed.
   */
  void handle(HttpExchange exchange) throws Exception;
}
