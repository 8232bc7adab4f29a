package kontiki.orchestrator.api.value;

import org.jspecify.annotations.Nullable;

/**
 * The name of a container image, taken apart: {@code host:5000/repository:tag@sha256:...}.
 *
 * @param repository with its registry where one is named
 * @param tag null where none is named
 * @param digest null where none is named
 */
public record ImageName(String repository, @Nullable String tag, @Nullable String digest) {
  public static ImageName parse(String text) {
    int at = text.indexOf('@');
    String digest = at < 0 ? null : text.substring(at + 1);
    String rest = at < 0 ? text : text.substring(0, at);
    int colon = rest.lastIndexOf(':');
    if (colon < 0 || rest.indexOf('/', colon) >= 0) {
      return new ImageName(rest, null, digest);
    }
    return new ImageName(rest.substring(0, colon), rest.substring(colon + 1), digest);
  }

  /** Whether it names the newest image, by its tag or by naming neither tag nor digest. */
  public boolean latest() {
    return tag == null ? digest == null : tag.equals("latest");
  }
}
