package kontiki.kvstore.api;

import io.grpc.Metadata;

/**
 * The id by which one request is followed through the house: who calls the store may send it as
 * gRPC metadata, and the store's request log names it. It is text for people and never decides
 * anything.
 */
public final class RequestId {
  public static final Metadata.Key<String> KEY =
      Metadata.Key.of("kontiki-request-id", Metadata.ASCII_STRING_MARSHALLER);

  /** Characters; as long as the longest audit id that Kubernetes writes down. */
  public static final int MAX_LENGTH = 64;

  private RequestId() {}

  /** Whether an id that somebody else chose may stand in a log: short, printable, no space. */
  public static boolean isUsable(String id) {
    return !id.isEmpty()
        && id.length() <= MAX_LENGTH
        && id.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }
}
