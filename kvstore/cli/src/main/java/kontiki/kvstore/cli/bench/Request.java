package kontiki.kvstore.cli.bench;

/** What one client does again and again. At most one is on its way at a time. */
interface Request extends AutoCloseable {

  /** Where it is told, once for each request, on any thread, how it went. */
  interface Answer {
    /**
     * @param bytes keys and values, of the request or of what it asked for
     */
    void done(long bytes);

    /**
     * @param code a name of gRPC's status codes, or a word for an answer that is wrong
     */
    void failed(String code);
  }

  /** Sends it and returns at once. */
  void send(Answer answer);

  /** Gives up what is on its way, if anything is; it fails then. */
  void cancel();

  /** Nothing is sent any more. */
  @Override
  default void close() {}
}
