package kontiki.orchestrator.client;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to delete; null leaves a field to the server's default.
 *
 * @param uid precondition: the object still has this uid
 * @param resourceVersion precondition: the object still has this version
 * @param propagation Background, Foreground or Orphan
 */
public record DeleteOptions(
    @Nullable Long gracePeriodSeconds,
    @Nullable String uid,
    @Nullable String resourceVersion,
    @Nullable String propagation) {
  public static final DeleteOptions DEFAULT = new DeleteOptions(null, null, null, null);

  /** At once, without waiting for the node to confirm. */
  public static DeleteOptions force(@Nullable String uid) {
    return new DeleteOptions(0L, uid, null, null);
  }

  public static DeleteOptions ofUid(@Nullable String uid) {
    return new DeleteOptions(null, uid, null, null);
  }

  public DeleteOptions propagating(String policy) {
    return new DeleteOptions(gracePeriodSeconds, uid, resourceVersion, policy);
  }

  byte[] json() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("kind", "DeleteOptions");
    body.put("apiVersion", "v1");
    if (gracePeriodSeconds != null) {
      body.put("gracePeriodSeconds", gracePeriodSeconds);
    }
    Map<String, Object> preconditions = new LinkedHashMap<>();
    if (uid != null) {
      preconditions.put("uid", uid);
    }
    if (resourceVersion != null) {
      preconditions.put("resourceVersion", resourceVersion);
    }
    if (!preconditions.isEmpty()) {
      body.put("preconditions", preconditions);
    }
    if (propagation != null) {
      body.put("propagationPolicy", propagation);
    }
    return Json.write(body);
  }
}
