package kontiki.orchestrator.apiserver.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.tree.TreeSyntaxException;
import kontiki.orchestrator.apiserver.status.Failures;

/**
 * Where a chunked list goes on.
 *
 * @param revision at which the list is read, 0 for the newest
 * @param start key of the last object that was returned, without the resource's prefix
 */
record ContinueToken(long revision, String start) {
  static String encode(long revision, String start) {
    JsonObject token = JsonObject.of("v", "meta.k8s.io/v1", "rv", revision, "start", start);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.write(token));
  }

  static ContinueToken parse(String text) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text.getBytes(StandardCharsets.US_ASCII));
      JsonObject token = Json.parseObject(bytes);
      String start = token.string("start", "");
      if (token.string("v", "").equals("meta.k8s.io/v1") && !start.isEmpty()) {
        return new ContinueToken(token.integer("rv", 0), start);
      }
    } catch (IllegalArgumentException | TreeSyntaxException e) {
      // Told below, like a token of the wrong form.
    }
    throw Failures.badRequest("continue key is not valid");
  }
}
