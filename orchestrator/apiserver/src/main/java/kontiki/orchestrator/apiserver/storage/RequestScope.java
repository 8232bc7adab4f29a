package kontiki.orchestrator.apiserver.storage;

/**
 * The id of the request on whose behalf the current thread works. It is bound by the request chain
 * and sent to the store as gRPC metadata, so that one request can be followed through the house.
 */
public final class RequestScope {
  /** The metadata key under which the store receives the id. */
  public static final String METADATA_KEY = "kontiki-request-id";

  public static final ScopedValue<String> REQUEST_ID = ScopedValue.newInstance();

  private RequestScope() {}
}
