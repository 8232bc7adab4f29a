package kontiki.orchestrator.apiserver.registry;

import kontiki.orchestrator.apiserver.status.Failures;

/** Resource versions: revisions of the store as decimal text. Pure. */
public final class ResourceVersions {
  private ResourceVersions() {}

  /** The revision that a text stands for; empty is 0. */
  public static long parse(String text) {
    if (text.isEmpty()) {
      return 0;
    }
    try {
      long revision = Long.parseLong(text);
      if (revision >= 0) {
        return revision;
      }
    } catch (NumberFormatException e) {
      // Told below, like a negative number.
    }
    throw Failures.badRequest(
        "resourceVersion: Invalid value: \"" + text + "\": must be a non-negative whole number");
  }
}
