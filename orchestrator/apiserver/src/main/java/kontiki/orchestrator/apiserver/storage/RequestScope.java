package kontiki.orchestrator.apiserver.storage;

import kontiki.kvstore.api.RequestId;

/**
 * The id of the request on whose behalf the current thread works. It is bound by the request chain
 * and sent to the store as gRPC metadata, so that one request can be followed through the house.
 */
public final class RequestScope {
  public static final ScopedValue<String> REQUEST_ID = ScopedValue.newInstance();

  private RequestScope() {}

  /** Whether an id that a client gave is one that the store will log too. */
  public static boolean isUsable(String id) {
    return RequestId.isUsable(id);
  }
}
