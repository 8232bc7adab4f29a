package kontiki.orchestrator.apiserver.health;

import kontiki.orchestrator.api.tree.JsonObject;

/** What {@code /version} says: the Kubernetes API that is spoken, and by whom. */
public final class Version {
  public static final String MAJOR = "1";
  public static final String MINOR = "33";
  public static final String GIT_VERSION = "v1.33.0+kontiki";

  private Version() {}

  public static JsonObject document() {
    return JsonObject.of(
        "major", MAJOR,
        "minor", MINOR,
        "gitVersion", GIT_VERSION,
        "gitCommit", "",
        "gitTreeState", "clean",
        "buildDate", "1970-01-01T00:00:00Z",
        "goVersion", "none",
        "compiler", "javac",
        "platform",
            "linux/" + (System.getProperty("os.arch", "").equals("aarch64") ? "arm64" : "amd64"));
  }
}
