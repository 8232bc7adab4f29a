package kontiki.orchestrator.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a list or watch asks for; null leaves a field out. Fields are those of {@code
 * metav1.ListOptions}.
 *
 * @param limit at most this many items an answer; 0 for all
 * @param timeoutSeconds the server ends a watch after so long; 0 for the server's default
 */
public record ListOptions(
    @Nullable String labelSelector,
    @Nullable String fieldSelector,
    @Nullable String resourceVersion,
    @Nullable String resourceVersionMatch,
    @Nullable String continueToken,
    int limit,
    int timeoutSeconds,
    boolean bookmarks) {
  public static final ListOptions ALL = new ListOptions(null, null, null, null, null, 0, 0, false);

  public static ListOptions labels(String selector) {
    return new ListOptions(selector, null, null, null, null, 0, 0, false);
  }

  public static ListOptions fields(String selector) {
    return new ListOptions(null, selector, null, null, null, 0, 0, false);
  }

  public ListOptions page(int size, @Nullable String token) {
    return new ListOptions(
        labelSelector,
        fieldSelector,
        token == null ? resourceVersion : null,
        resourceVersionMatch,
        token,
        size,
        timeoutSeconds,
        bookmarks);
  }

  public ListOptions from(@Nullable String version) {
    return new ListOptions(
        labelSelector, fieldSelector, version, null, null, limit, timeoutSeconds, bookmarks);
  }

  /** For a watch that goes on after a version, with bookmarks, for at most so long. */
  public ListOptions watchFrom(@Nullable String version, int seconds) {
    return new ListOptions(labelSelector, fieldSelector, version, null, null, 0, seconds, true);
  }

  String query(boolean watch) {
    StringBuilder out = new StringBuilder();
    if (watch) {
      add(out, "watch", "true");
    }
    add(out, "labelSelector", labelSelector);
    add(out, "fieldSelector", fieldSelector);
    add(out, "resourceVersion", resourceVersion);
    add(out, "resourceVersionMatch", resourceVersionMatch);
    add(out, "continue", continueToken);
    add(out, "limit", limit > 0 ? Integer.toString(limit) : null);
    add(out, "timeoutSeconds", timeoutSeconds > 0 ? Integer.toString(timeoutSeconds) : null);
    add(out, "allowWatchBookmarks", bookmarks ? "true" : null);
    return out.toString();
  }

  private static void add(StringBuilder out, String name, @Nullable String value) {
    if (value != null) {
      out.append(out.isEmpty() ? '?' : '&').append(name).append('=');
      out.append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
  }
}
