package kontiki.kvstore.cli.bench;

/** The benchmark cannot be done, and the message says why; nothing is wrong with the program. */
final class BenchFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  BenchFailure(String message) {
    super(message);
  }
}
