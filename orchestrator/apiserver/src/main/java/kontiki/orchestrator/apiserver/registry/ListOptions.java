package kontiki.orchestrator.apiserver.registry;

import kontiki.orchestrator.apiserver.status.Failures;

/**
 * Which part of a collection is wanted, and how new.
 *
 * @param hasSelector whether a selector leaves out objects
 * @param limit at most so many, 0 for all
 * @param match resourceVersionMatch as sent, empty where it was not
 */
public record ListOptions(
    boolean hasSelector, int limit, String continueToken, String resourceVersion, String match) {
  public static final ListOptions ALL = new ListOptions(false, 0, "", "", "");

  public boolean isExact() {
    return match.equals("Exact");
  }

  /** Refuses combinations that contradict themselves. */
  void validate() {
    if (match.isEmpty()) {
      if (!continueToken.isEmpty() && !resourceVersion.isEmpty() && !resourceVersion.equals("0")) {
        throw Failures.badRequest("specifying resource version is not allowed when using continue");
      }
      return;
    }
    if (resourceVersion.isEmpty()) {
      throw Failures.badRequest(
          "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless"
              + " resourceVersion is provided");
    }
    if (!continueToken.isEmpty()) {
      throw Failures.badRequest(
          "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is"
              + " provided");
    }
    if (!isExact() && !match.equals("NotOlderThan")) {
      throw Failures.badRequest(
          "resourceVersionMatch: Unsupported value: \""
              + match
              + "\": supported values: \"Exact\", \"NotOlderThan\"");
    }
    if (isExact() && resourceVersion.equals("0")) {
      throw Failures.badRequest(
          "resourceVersionMatch: Forbidden: resourceVersionMatch \"Exact\" is forbidden for"
              + " resourceVersion \"0\"");
    }
  }
}
